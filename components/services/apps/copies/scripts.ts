import { readFileSync } from "node:fs";
import { join } from "node:path";

/*
 * The shell scripts that take and put back copies of SQLite databases. They run in an image with a POSIX shell and
 * `sqlite3`, so they are scripts; each file says what it does and reads from its environment.
 */

/** Folders of the containers, and the names of the containers and volumes. */
export const copies = {
  copier: "sqlite-backup",
  restorer: "sqlite-restore",
  /** Volume and place of what the copier tells about itself. */
  stateVolume: "sqlite-backup-state",
  stateFolder: "/run/sqlite-backup",
  backupsFolder: "/backups",
  /** In the state folder: touched while the copier gets on; what it tells, as lines of `key=value`. */
  alive: "alive",
  status: "status",
} as const;

/** Kubernetes takes `$$` in a command for one dollar sign; comments only make the pod's manifest long. */
function script(...names: string[]): string {
  return names
    .map((name) => readFileSync(join(__dirname, `${name}.sh`), "utf8"))
    .join("")
    .replace(/^\s*#.*\n/gm, "")
    .replace(/\n{2,}/g, "\n")
    .trim();
}

/** Runs beside the program. */
export const copierScript = () => script("common", "copier");

/** Runs before the program. */
export const restorerScript = () => script("common", "restorer");

/** For commands, as `sh -c SCRIPT sh WHAT ARGUMENT...` in the copier's container. */
export const byHandScript = () => script("common", "byHand");
