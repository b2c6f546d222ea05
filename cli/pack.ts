import { resolve } from "node:path";
import { built } from "../policies/build";
import { run as runProgram } from "../shared/process";
import { command, DONE } from "./shared/command";

function run({ options }: { options: { to?: string } }): Promise<number> {
  const folder = resolve(options.to ?? ".");
  const { stdout } = runProgram("npm", ["pack", built(), "--json", "--pack-destination", folder]);
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  const file = resolve(folder, packed!.filename);
  process.stdout.write(`${file}\n`);
  return Promise.resolve(DONE);
}

command<{ to?: string }>({
  name: "pack",
  usage: "[-- --to FOLDER]",
  options: { to: { type: "string" } },
  help: `
Packs the policies as a package for other projects: the policy pack for Pulumi, and the command homelab-check. Prints the file's
name. Nothing has to be installed with it; policies/README.md says how it is used.

  --to   the folder to put it into (default: this one)`,
  run,
});
