/** The SQLite databases of a stack's apps: copying them out and putting copies back, through the SQLite beside each program. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../lab/shared/paths";
import { UserError } from "../../lab/shared/process";
import { runningNode } from "../../lab/cluster/node";
import { existingStack, outputs, type Stack } from "./pulumi";
import { targetOf } from "./stacks";

export interface Database {
  app: string;
  namespace: string;
  workload: string;
  file: string;
  /** Claim with the copies; without one there is no SQLite in the pod. */
  backups?: string;
}

/** Container and folder that components/apps gives every workload with a backup. */
const CONTAINER = "sqlite-backup";
const FOLDER = "/backups";
const MAGIC = "SQLite format 3\0";

/** @throws UserError when the stack's cluster is not there */
export function stackWithData(name: string): Stack {
  const target = targetOf(name);
  if (target.kind === "lab" && !runningNode())
    throw new UserError("The lab is not running, so its data cannot be reached. Start it with `npm start`.");
  return existingStack(name, target);
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
  return databasesOf(outputs(stack), app);
}

/** Where copies of a stack are kept when no folder is named. */
export function defaultFolder(stack: string): string {
  return join(root, "backups", stack);
}

/** The newest copy of an app in a folder; names carry their time, so they sort by it. */
export function newestCopy(folder: string, app: string): string | undefined {
  const pattern = new RegExp(`^${app}-\\d{8}T\\d{6}Z\\.db$`);
  const copies = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
  const newest = copies
    .filter((name) => pattern.test(name))
    .sort()
    .at(-1);
  return newest && join(folder, newest);
}

function kubectl(stack: Stack, args: readonly string[], streams: { from?: number; to?: number } = {}): string {
  const context = stack.target.kind === "context" ? ["--context", stack.target.context] : [];
  const answer = spawnSync("kubectl", [...context, ...args], {
    env: stack.env,
    stdio: [streams.from ?? "ignore", streams.to ?? "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (answer.error) throw new UserError(`kubectl could not be run: ${answer.error.message}. Install it, or use \`npm start\`.`);
  if (answer.status !== 0) throw new UserError(answer.stderr.toString().trim().split("\n").slice(-5).join("\n"));
  return answer.stdout?.toString().trim() ?? "";
}

/** `deployment.apps/backend`, as kubectl takes it. */
function workloadOf(stack: Stack, { app, namespace, workload, backups }: Database): string {
  if (backups === undefined) {
    throw new UserError(
      `The app ${app} keeps no copies, so there is no SQLite beside its program. Add \`backup\` to its \`database\`, deploy, then run this again.`,
    );
  }
  const found = kubectl(stack, ["get", "deployment,statefulset", "-n", namespace, "-o", "name"]).split("\n");
  const name = found.find((one) => one.endsWith(`/${workload}`));
  if (name === undefined)
    throw new UserError(`The app ${app} has no workload ${workload} in the cluster. Deploy it with \`npm start\`.`);
  return name;
}

/** Runs a shell script beside the program. Arguments are `$1`, `$2`, ... of the script. */
function beside(
  stack: Stack,
  database: Database,
  script: string,
  args: readonly string[] = [],
  streams: { from?: number; to?: number } = {},
): string {
  const place = ["exec", "-n", database.namespace, workloadOf(stack, database), "-c", CONTAINER];
  const input = streams.from === undefined ? [] : ["-i"];
  try {
    return kubectl(stack, [...place, ...input, "--", "sh", "-c", `set -e; ${script}`, "sh", ...args], streams);
  } catch (error) {
    throw new UserError(`The app ${database.app}: ${(error as Error).message}`);
  }
}

/** SQLite's own copy is whole whatever is being written meanwhile; what fails its own check is no copy. */
const COPY = `
  name=$(date -u +%Y%m%dT%H%M%SZ)
  sqlite3 "$DATABASE_FILE" ".backup '${FOLDER}/.by-hand'"
  verdict=$(sqlite3 ${FOLDER}/.by-hand 'PRAGMA integrity_check')
  if [ "$verdict" != ok ]; then echo "the copy is damaged: $verdict" >&2; exit 1; fi
  mv ${FOLDER}/.by-hand ${FOLDER}/$name.db
  echo $name $(sha256sum ${FOLDER}/$name.db)`;

/** Copies a database out of the cluster. @returns the file */
export function backUp(stack: Stack, database: Database, folder: string): string {
  const [name, sum] = beside(stack, database, COPY).split(" ");
  const file = join(folder, `${database.app}-${name}.db`);
  const partial = `${file}.partial`;
  mkdirSync(folder, { recursive: true });
  const out = openSync(partial, "w", 0o600);
  try {
    beside(stack, database, `cat ${FOLDER}/"$1".db`, [name!], { to: out });
  } finally {
    closeSync(out);
  }
  if (sumOf(partial) !== sum) {
    rmSync(partial);
    throw new UserError(`The app ${database.app}: its copy did not arrive whole. Run the same command again.`);
  }
  renameSync(partial, file);
  return file;
}

const RESTORE = `
  sum=$(sha256sum ${FOLDER}/.incoming); sum=\${sum%% *}
  if [ "$sum" != "$1" ]; then echo "the copy did not arrive whole: run the same command again" >&2; exit 1; fi
  verdict=$(sqlite3 ${FOLDER}/.incoming 'PRAGMA integrity_check')
  if [ "$verdict" != ok ]; then echo "the copy is damaged: $verdict" >&2; exit 1; fi
  if [ -f "$DATABASE_FILE" ]; then sqlite3 "$DATABASE_FILE" ".backup '${FOLDER}/before-restore.sqlite'"; fi
  sqlite3 "$DATABASE_FILE" ".restore '${FOLDER}/.incoming'"
  rm ${FOLDER}/.incoming
  hostname`;

/**
 * Puts a copy in place of a database and starts the program anew. What was there before lies beside the copies as
 * `before-restore.sqlite`.
 */
export function restore(stack: Stack, database: Database, file: string): void {
  requireCopy(file);
  const input = openSync(file, "r");
  try {
    beside(stack, database, `cat > ${FOLDER}/.incoming`, [], { from: input });
  } finally {
    closeSync(input);
  }
  const pod = beside(stack, database, RESTORE, [sumOf(file)]);
  // Its program may hold what it read before.
  kubectl(stack, ["delete", "pod", "-n", database.namespace, pod, "--wait"]);
  kubectl(stack, ["rollout", "status", "-n", database.namespace, workloadOf(stack, database), "--timeout=300s"]);
}

/** @throws UserError unless the file is a SQLite database */
export function requireCopy(file: string): void {
  const start = Buffer.alloc(MAGIC.length);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new UserError(`There is no file ${file}.`, 2);
  const handle = openSync(file, "r");
  readSync(handle, start, 0, MAGIC.length, 0);
  closeSync(handle);
  if (start.toString("latin1") !== MAGIC) throw new UserError(`${file} is no SQLite database, so nothing was restored.`, 2);
}

function sumOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
