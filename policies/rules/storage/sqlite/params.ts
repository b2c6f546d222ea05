/** What the rule on SQLite can be told. */
export interface SqliteParams {
  networkStorageClasses: string;
  minGraceSeconds: number;
  adviseBackup: boolean;
}
