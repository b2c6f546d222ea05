/** The SQLite databases of a stack's apps, and copies of them on this machine. */
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "../../shared/paths";
import { UserError } from "../../shared/process";
import { clusterOf } from "../clusters";
import type { Stack } from "./pulumi";
import { knownOutputs, readableStack } from "./state/readable";

export interface Database {
  app: string;
  namespace: string;
  workload: string;
  /** Paths in the workload's container; one that ends with `/` is a folder, and every database in it. */
  files: string[];
  claim: string;
  /** Claim with the copies; without one there is no SQLite in the pod. */
  backups?: string;
}

/** A file of a copy, and the path at which its database lies in the container. */
export interface CopiedFile {
  path: string;
  file: string;
}

const MAGIC = "SQLite format 3\0";

/** @throws UserError when the stack's cluster is not there */
export async function stackWithData(name: string): Promise<Stack> {
  const cluster = await clusterOf(name);
  const absence = cluster.local ? cluster.absence() : undefined;
  if (absence !== undefined) throw new UserError(`${absence}, so its data cannot be reached. Start it with \`npm start\`.`);
  return readableStack(name, cluster);
}

/** The databases that the outputs of a stack tell of; of one app if named. @throws UserError when it has none */
export function databasesOf(values: Record<string, unknown>, app?: string): Database[] {
  const apps = (values.apps ?? {}) as Record<string, { namespace: string; database?: Omit<Database, "app" | "namespace"> }>;
  const all = Object.entries(apps).flatMap(([name, { namespace, database }]) =>
    database === undefined ? [] : [{ app: name, namespace, ...database }],
  );
  if (app === undefined) return all;
  const found = all.filter((database) => database.app === app);
  if (found.length > 0) return found;
  const have = all.map((database) => database.app).join(", ") || "none";
  throw new UserError(`There is no app "${app}" with a database in this stack. Apps with one: ${have}.`, 2);
}

export function deployedDatabases(stack: Stack, app?: string): Database[] {
  return databasesOf(knownOutputs(stack), app);
}

/** Where copies of a stack are kept when no folder is named. */
export function defaultFolder(stack: string): string {
  return join(root, "backups", stack);
}

/** The newest copy of an app in a folder; names carry their time, so they sort by it. */
export function newestCopy(folder: string, app: string): string | undefined {
  const pattern = new RegExp(`^${app}-\\d{8}T\\d{6}Z(\\.db)?$`);
  const copies = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
  const newest = copies
    .filter((name) => pattern.test(name))
    .sort()
    .at(-1);
  return newest && join(folder, newest);
}

/**
 * The files of a copy on this machine: a folder that `npm run backup` made, or, for an app with one database file, any
 * SQLite database.
 * @throws UserError when there is none, a file is no SQLite database, or the app has no such database
 */
export function filesOfCopy(copy: string, { app, files }: Database): CopiedFile[] {
  requireCopy(copy);
  if (!statSync(copy).isDirectory()) {
    const [only, ...others] = files;
    if (only === undefined || only.endsWith("/") || others.length > 0) {
      throw new UserError(`The app ${app} has several database files: name a folder that \`npm run backup\` made.`, 2);
    }
    return [{ path: only, file: copy }];
  }
  const found = readdirSync(copy, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (found.length === 0) throw new UserError(`The folder ${copy} is empty, so nothing was restored.`, 2);
  return found.map((file) => {
    const path = `/${relative(copy, file)}`;
    if (!files.some((one) => (one.endsWith("/") ? path.startsWith(one) : path === one))) {
      throw new UserError(
        `The copy ${copy} holds ${path}, which is no database of the app ${app} (${files.join(", ")}): nothing was restored.`,
        2,
      );
    }
    requireDatabase(file);
    return { path, file };
  });
}

/** Looks at a copy before any cluster is asked. @throws UserError when it is not there, or a file that is no SQLite database */
export function requireCopy(copy: string): void {
  const stat = statSync(copy, { throwIfNoEntry: false });
  if (stat === undefined) throw new UserError(`There is no file or folder ${copy}.`, 2);
  if (!stat.isDirectory()) requireDatabase(copy);
}

function requireDatabase(file: string): void {
  const start = Buffer.alloc(MAGIC.length);
  const handle = openSync(file, "r");
  readSync(handle, start, 0, MAGIC.length, 0);
  closeSync(handle);
  if (start.toString("latin1") !== MAGIC) throw new UserError(`${file} is no SQLite database, so nothing was restored.`, 2);
}
