import { relative, resolve } from "node:path";
import { command, DONE, FAILED } from "./shared/command";
import { restore, type Source } from "./shared/copies/restore";
import {
  defaultFolder,
  databasesOf,
  filesOfCopy,
  newestCopy,
  requireCopy,
  stackWithData,
  type Database,
} from "./shared/databases";
import { awaitApp } from "./shared/health";
import { outputs } from "./shared/pulumi";
import { DEV } from "./shared/stacks";
import { UserError } from "../shared/process";
import { say, step } from "../shared/progress";

interface Options {
  stack?: string;
  app?: string;
  from?: string;
  copy?: string;
  anew?: boolean;
}

function sourceOf({ from, copy, anew = false }: Options, database: Database, folder: string): Source {
  if (from !== undefined && copy !== undefined) throw new UserError("A copy is named by --from or by --copy, not by both.", 2);
  if (copy !== undefined) return { copy };
  const place = from === undefined ? newestCopy(folder, database.app) : resolve(from);
  if (place !== undefined) return { files: filesOfCopy(place, database), anew };
  throw new UserError(
    `There is no copy of ${database.app} in ${relative(process.cwd(), folder) || "."}. Name one with --from, take one of the app's own with --copy newest, or make one with \`npm run backup\`.`,
    2,
  );
}

async function run({ options, rest }: { options: Options; rest: string[] }): Promise<number> {
  if (rest.length > 0) throw new UserError(`"${rest[0]}" is not understood here: name the copy with --from or --copy.`, 2);
  if (options.from !== undefined) requireCopy(resolve(options.from));
  const name = options.stack ?? DEV;
  const stack = await stackWithData(name);
  const values = outputs(stack);
  const databases = databasesOf(values, options.app);
  const [database] = databases;
  if (database === undefined) throw new UserError(`No app of the stack "${name}" has a database.`, 2);
  if (databases.length > 1) {
    throw new UserError(`Which app? Add --app with one of: ${databases.map(({ app }) => app).join(", ")}.`, 2);
  }
  const source = sourceOf(options, database, defaultFolder(name));
  const copy = await step(`${database.app}: putting the copy in place`, () => restore(stack, database, source));
  const before = `What was there before is kept until the next restore. To have it again: npm run restore -- --app ${database.app} --copy before-restore`;
  const silent = await step(`${database.app}: waiting until it answers`, () => awaitApp(values, database.app, 60));
  if (silent !== undefined) {
    say(`The copy is in place and the pod of ${database.app} is ready, but ${silent}.\n${before}`);
    return FAILED;
  }
  say(`Restored: ${copy}\n${before}`);
  return DONE;
}

command<Options>({
  name: "restore",
  usage: "[-- --app NAME] [-- --from COPY [--anew] | --copy NAME] [-- --stack NAME]",
  options: {
    stack: { type: "string" },
    app: { type: "string" },
    from: { type: "string" },
    copy: { type: "string" },
    anew: { type: "boolean" },
  },
  help: `
Puts a copy in place of an app's SQLite databases and starts its program anew. Without more it is the newest that
\`npm run backup\` made in backups/STACK; --from names another one (a folder, or for an app with one file any SQLite
database), --copy one of those that the app makes by itself (its time, or newest) or before-restore: what the last restore
replaced. --anew makes a database where there is none though the program has others. --app may be left out where only one app has a database.

The copy is checked first. Then the program is stopped, what is there is copied aside, damaged or not, and only then
replaced: what the program had acknowledged is in that copy.`,
  run,
});
