import { join } from "node:path";
import { command, DONE, FAILED } from "./shared/command";
import { follow } from "../lab/shared/process";
import { root } from "../lab/shared/paths";

async function run({ rest }: { rest: string[] }): Promise<number> {
  const mocha = join("node_modules", "mocha", "bin", "mocha.js");
  const specs = rest.length > 0 ? rest : ["tests/e2e/**/*.e2e.ts"];
  const args = [mocha, "--import=tsx", "--timeout", "600000", "--bail", "--require", "tests/e2e/lifecycle.ts", ...specs];
  return (await follow(process.execPath, args, { cwd: root, env: { ...process.env, OFFLINE: "1" } })) === 0 ? DONE : FAILED;
}

command({
  name: "e2e",
  usage: "[-- FILE...]",
  help: `
Runs the tests on the lab: real engine, real cluster, real clients. Starts from a lab without data and stops it at the end;
needs what \`npm start\` needs (see \`npm run doctor\`).`,
  run,
});
