/** Parameters of the rule on SQLite. */
export interface SqliteParams {
  networkStorageClasses: string;
  minGraceSeconds: number;
  adviseBackup: boolean;
}
