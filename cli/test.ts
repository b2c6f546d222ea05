import { join } from "node:path";
import { command, DONE, FAILED } from "./shared/command";
import { follow } from "../shared/process";
import { step } from "../shared/progress";
import { root } from "../shared/paths";

const node = (args: string[]) => follow(process.execPath, args, { cwd: root, env: { ...process.env, OFFLINE: "1" } });

async function run({ rest }: { rest: string[] }): Promise<number> {
  // What was found before is kept: a second run looks at what has changed.
  const kept = ["--incremental", "--tsBuildInfoFile", join(".lab", "types.tsbuildinfo")];
  const tsc = join("node_modules", "typescript", "bin", "tsc");
  const types = await step("types", () => node([tsc, "--noEmit", "--project", ".", ...kept]));
  if (types !== 0) return FAILED;
  const mocha = join("node_modules", "mocha", "bin", "mocha.js");
  const specs = rest.length > 0 ? rest : ["tests/**/*.test.ts"];
  return (await node([mocha, "--import=tsx", "--ignore", "tests/e2e/**", "--timeout", "60000", ...specs])) === 0 ? DONE : FAILED;
}

command({
  name: "test",
  usage: "[-- FILE...]",
  help: "Checks the types and runs every test that needs no cluster (or the test files named).",
  run,
});
