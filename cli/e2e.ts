import { readdirSync } from "node:fs";
import { join } from "node:path";
import { command, DONE, FAILED } from "./shared/command";
import { engineEnvironment } from "./engine/environment";
import { meetRequirements } from "../lab/engine/requirements";
import { paths, root } from "../shared/paths";
import { follow } from "../shared/process";
import { say } from "../shared/progress";

const isLong = (file: string) => file.endsWith(".long.test.ts");

/** Most tests find the dev stack as the one before left it, so they run in the order of their names. */
function specs(): string[] {
  const folder = join("tests", "e2e");
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".test.ts"))
    .sort()
    .map((file) => join(folder, file));
}

async function run({ options, rest }: { options: { long?: boolean }; rest: string[] }): Promise<number> {
  // Also for the tests themselves: they name images after what is installed here.
  await meetRequirements();
  // package.json gives the tests a lab of their own: whatever the dev stack of this checkout holds stays untouched.
  const env = { ...engineEnvironment("lab"), KUBECONFIG: paths.kubeconfig, HOMELAB_LAB: paths.lab, OFFLINE: "1" };
  const mocha = join("node_modules", "mocha", "bin", "mocha.js");
  const files = rest.length > 0 ? rest : specs().filter((file) => isLong(file) === (options.long ?? false));
  const args = [mocha, "--import=tsx", "--timeout", "900000", "--slow", "60000", ...files];
  const status = await follow(process.execPath, args, { cwd: root, env });
  if (rest.length === 0 && !options.long) {
    say(
      `Left out, because it takes minutes of waiting: ${specs().filter(isLong).join(", ")}. Run it with: npm run e2e -- --long`,
    );
  }
  return status === 0 ? DONE : FAILED;
}

command({
  name: "e2e",
  usage: "[-- [--long] [FILE...]]",
  options: { long: { type: "boolean" } },
  help: `
Runs the tests on a lab of their own: real engine, real cluster, real clients. It starts without data and leaves nothing; the
dev stack's lab and its data are not touched. Needs what \`npm start\` needs (see \`npm run doctor\`). Each FILE runs by itself too,
and leaves its lab running: HOMELAB_LAB=.lab/e2e npm stop -- --data.

--long   the tests that wait for minutes, and only these: tests/e2e/*.long.test.ts`,
  run,
});
