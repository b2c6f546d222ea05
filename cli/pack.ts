import { resolve } from "node:path";
import { run as runProgram, UserError } from "../shared/process";
import { step } from "../shared/progress";
import { command, DONE } from "./shared/command";

/** Builds each package and says where it is. Loaded when it is needed: it brings compilers along. */
const PACKAGES: Record<string, () => Promise<string>> = {
  components: async () => (await import("../components/build.js")).build(),
  policies: async () => (await import("../policies/build.js")).built(),
};

async function run({ options, rest }: { options: { to?: string }; rest: string[] }): Promise<number> {
  const folder = resolve(options.to ?? ".");
  const unknown = rest.find((name) => !Object.hasOwn(PACKAGES, name));
  if (unknown !== undefined) {
    throw new UserError(`There is no package ${unknown}: ${Object.keys(PACKAGES).join(" or ")}, or none named for both.`);
  }
  for (const name of rest.length > 0 ? rest : Object.keys(PACKAGES)) {
    const built = await step(`packing ${name}`, PACKAGES[name]!);
    const { stdout } = runProgram("npm", ["pack", built, "--json", "--pack-destination", folder]);
    const [packed] = JSON.parse(stdout) as { filename: string }[];
    process.stdout.write(`${resolve(folder, packed!.filename)}\n`);
  }
  return DONE;
}

command<{ to?: string }>({
  name: "pack",
  usage: "[-- [--to FOLDER] [components] [policies]]",
  options: { to: { type: "string" } },
  help: `
Packs what other projects install, and prints the files' names: the components for Pulumi programs (components/README.md), and the
policies, which are a policy pack and the command homelab-check (policies/README.md).

  --to   the folder to put them into (default: this one)`,
  run,
});
