import { command, DONE, FAILED } from "./shared/command";
import { missing } from "../lab/engine/build";
import { knownOrigins } from "./engine/ensure";
import { installedPlugin, plugins } from "./engine/official";
import { describeOrigin, installCommand } from "./engine/origins";
import { labPrograms } from "../lab/engine/programs";
import { requirements } from "../lab/engine/requirements";
import { which } from "../shared/process";

function run(): number {
  const line = (ok: boolean, name: string, detail: string) =>
    process.stdout.write(`${ok ? "ok     " : "MISSING"} ${name.padEnd(14)} ${detail}\n`);
  const list = requirements();
  process.stdout.write("What the lab needs of this machine\n");
  for (const { name, found, remedy } of list) line(found !== undefined, name, found ?? remedy);
  const canBuild = list.find(({ name }) => name.startsWith("Go"))?.found !== undefined;
  if (canBuild) {
    const todo = missing(labPrograms);
    process.stdout.write(`\nPrograms built from source\n`);
    if (todo.names.length === 0) {
      line(true, "all built", `${labPrograms.length} programs are in the cache`);
    } else {
      process.stdout.write(
        `        ${todo.names.length} to build at the next start, about ${todo.estimate}: ${todo.names.join(", ")}\n`,
      );
    }
  }
  process.stdout.write("\nPulumi on the lab\n");
  const origins = knownOrigins();
  if (origins) {
    for (const [part, origin] of Object.entries(origins)) line(true, part, describeOrigin(part, origin));
  } else {
    process.stdout.write(
      `        not set up yet; ${which("pulumi") ? "the installed CLI will be used" : "`npm start` downloads or builds it"}\n`,
    );
  }
  process.stdout.write("\nPulumi's plugins for a cluster of your own\n");
  for (const plugin of plugins) {
    const found = installedPlugin(plugin, { exact: true });
    if (found) line(true, plugin.name, `${found.version ?? "on the search path"}, installed`);
    else process.stdout.write(`not yet ${plugin.name.padEnd(14)} ${installCommand(plugin)}\n`);
  }
  const lacking = list.filter(({ found }) => found === undefined);
  const installable = lacking.every(({ remedy }) => remedy.startsWith("install the package")) && which("apt-get");
  if (lacking.length > 0) {
    process.stdout.write(
      `\n${installable ? "`npm start` installs what is missing." : "Mend what is MISSING, then run `npm start`."}\n`,
    );
  }
  return lacking.length === 0 || installable ? DONE : FAILED;
}

command({
  name: "doctor",
  usage: "",
  help: "Tells what this machine has, what is missing and how to get it, and where Pulumi's parts come from. Changes nothing.",
  run,
});
