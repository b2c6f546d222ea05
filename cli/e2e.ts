import { readdirSync } from "node:fs";
import { join } from "node:path";
import { command, DONE, FAILED } from "./shared/command";
import { engineEnvironment } from "../lab/engine/engine";
import { paths, root } from "../lab/shared/paths";
import { follow } from "../lab/shared/process";

/** The tests build on each other (one lab, started once), so they run in the order of their names. */
function specs(): string[] {
  const folder = join("tests", "e2e");
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".test.ts"))
    .sort()
    .map((file) => join(folder, file));
}

async function run({ rest }: { rest: string[] }): Promise<number> {
  // package.json gives the tests a lab of their own: whatever the dev stack of this checkout holds stays untouched.
  const env = { ...engineEnvironment("lab"), KUBECONFIG: paths.kubeconfig, HOMELAB_LAB: paths.lab, OFFLINE: "1" };
  const mocha = join("node_modules", "mocha", "bin", "mocha.js");
  const args = [mocha, "--import=tsx", "--timeout", "900000", "--slow", "60000", ...(rest.length > 0 ? rest : specs())];
  return (await follow(process.execPath, args, { cwd: root, env })) === 0 ? DONE : FAILED;
}

command({
  name: "e2e",
  usage: "[-- FILE...]",
  help: `
Runs the tests on a lab of their own: real engine, real cluster, real clients. It starts without data and leaves nothing; the
dev stack's lab and its data are not touched. Needs what \`npm start\` needs (see \`npm run doctor\`).`,
  run,
});
