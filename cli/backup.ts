import { relative, resolve } from "node:path";
import { command, DONE, FAILED } from "./shared/command";
import { backUp } from "./shared/copies/backup";
import { defaultFolder, deployedDatabases, stackWithData } from "./shared/databases";
import { DEV } from "./shared/stacks";
import { UserError } from "../shared/process";
import { say } from "../shared/progress";

interface Options {
  stack?: string;
  app?: string;
  to?: string;
}

async function run({ options, rest }: { options: Options; rest: string[] }): Promise<number> {
  if (rest.length > 0) throw new UserError(`"${rest[0]}" is not understood here: name an app with --app.`, 2);
  const name = options.stack ?? DEV;
  const stack = await stackWithData(name);
  const folder = options.to === undefined ? defaultFolder(name) : resolve(options.to);
  const databases = deployedDatabases(stack, options.app);
  if (databases.length === 0) say(`No app of the stack "${name}" has a database: there is nothing to back up.`);
  let failed = 0;
  for (const database of databases) {
    try {
      process.stdout.write(
        `ok     ${database.app.padEnd(12)} ${relative(process.cwd(), await backUp(stack, database, folder))}\n`,
      );
    } catch (error) {
      failed += 1;
      process.stdout.write(`FAILED ${database.app.padEnd(12)} ${(error as Error).message}\n`);
    }
  }
  return failed === 0 ? DONE : FAILED;
}

command<Options>({
  name: "backup",
  usage: "[-- --stack NAME] [-- --app NAME] [-- --to FOLDER]",
  options: { stack: { type: "string" }, app: { type: "string" }, to: { type: "string" } },
  help: `
Copies the SQLite databases of every app of a stack (default: dev) out of the cluster, by SQLite's own online backup: a copy
is whole whatever is being written meanwhile, and is checked before it counts. Default folder: backups/STACK; each copy is a
folder APP-TIME in it, with every file at the path that it has in its container. Several files are each of their own moment.
The copies that the apps make by themselves stay as they are.
The copies hold everything that the apps know: keep them as you keep the apps. Put one back with \`npm run restore\`.`,
  run,
});
