import { relative, resolve } from "node:path";
import { command, DONE } from "./shared/command";
import { defaultFolder, deployedDatabases, newestCopy, requireCopy, restore, stackWithData } from "./shared/databases";
import { DEV } from "./shared/stacks";
import { UserError } from "../lab/shared/process";
import { say, step } from "../lab/shared/progress";

interface Options {
  stack?: string;
  app?: string;
  from?: string;
}

async function run({ options, rest }: { options: Options; rest: string[] }): Promise<number> {
  if (rest.length > 0) throw new UserError(`"${rest[0]}" is not understood here: name the copy with --from.`, 2);
  if (options.from !== undefined) requireCopy(resolve(options.from));
  const name = options.stack ?? DEV;
  const stack = stackWithData(name);
  const databases = deployedDatabases(stack, options.app);
  if (databases.length !== 1) {
    const have = databases.map(({ app }) => app).join(", ");
    throw new UserError(
      have === "" ? `No app of the stack "${name}" has a database.` : `Which app? Add --app with one of: ${have}.`,
      2,
    );
  }
  const [database] = databases;
  const { app } = database!;
  const folder = defaultFolder(name);
  const file = options.from === undefined ? newestCopy(folder, app) : resolve(options.from);
  if (file === undefined) {
    const where = relative(process.cwd(), folder) || ".";
    throw new UserError(`There is no copy of ${app} in ${where}. Name one with --from, or make one with \`npm run backup\`.`, 2);
  }
  await step(`${app}: putting ${relative(process.cwd(), file)} in place`, () => restore(stack, database!, file));
  say(`Restored. What was there before lies beside the app's copies as before-restore.sqlite, until the next restore.`);
  return DONE;
}

command<Options>({
  name: "restore",
  usage: "[-- --app NAME] [-- --from FILE] [-- --stack NAME]",
  options: { stack: { type: "string" }, app: { type: "string" }, from: { type: "string" } },
  help: `
Puts a copy made by \`npm run backup\` in place of an app's SQLite database (default: the newest copy in backups/STACK) and
starts its program anew. --app may be left out where only one app has a database. The copy is checked first, and what is
there is copied aside.`,
  run,
});
