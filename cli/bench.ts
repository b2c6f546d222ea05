import { join } from "node:path";
import { clusterOf } from "./clusters";
import { command, DONE } from "./shared/command";
import { existingStack, outputs } from "./shared/pulumi";
import { DEV } from "./shared/stacks";
import { pulumiCommand } from "./measure/commandLine";
import { measurePolicies } from "./measure/policies";
import { measurePreview } from "./measure/policies/preview";
import { measureAws } from "./measure/awsCalls";
import { measureCharts, renderVerdicts } from "./measure/charts";
import { examineEmulators } from "./measure/emulators";
import { measureTransfer } from "./measure/transfer";
import { measure, renderMeasurements, type Measurement } from "./measure/timing";
import { requireNode } from "../lab/cluster/node";
import { root } from "../shared/paths";
import { run as runProgram, UserError } from "../shared/process";
import { step } from "../shared/progress";

/** Runs one of the project's commands and fails when it does. */
function npm(script: string, ...args: string[]): void {
  const result = runProgram(process.execPath, [join(root, "cli", "run.js"), script, ...args], {
    env: process.env,
    allowFailure: true,
  });
  if (result.status !== 0) {
    throw new UserError(`npm run ${script} failed while measuring:\n${(result.stdout + result.stderr).slice(-2000)}`);
  }
}

interface Options {
  json?: boolean;
  policies?: boolean;
  charts?: string;
  emulators?: boolean;
  "persist-source"?: string;
}

async function run({ options }: { options: Options }): Promise<number> {
  if (options.charts !== undefined) {
    const verdicts = await measureCharts(options.charts);
    process.stdout.write(options.json ? `${JSON.stringify(verdicts, null, 2)}\n` : renderVerdicts(verdicts));
    return DONE;
  }
  if (options.emulators) {
    const { stored, page } = await examineEmulators(options["persist-source"]);
    process.stdout.write(options.json ? `${JSON.stringify(stored, null, 2)}\n` : page);
    return DONE;
  }
  const list = options.policies ? await measurePack() : [...(await measureStack()), ...(await measurePack())];
  process.stdout.write(options.json ? `${JSON.stringify(list, null, 2)}\n` : renderMeasurements(list));
  return DONE;
}

/** What needs no cluster. */
async function measurePack(): Promise<Measurement[]> {
  const checks = await step("policies over 10,000 manifests, beside other linters", () => measurePolicies(3));
  return [...checks, await step("preview of homelab with and without the policies", () => measurePreview(5))];
}

async function measureStack(): Promise<Measurement[]> {
  requireNode();
  const stack = existingStack(DEV, await clusterOf(DEV));
  const host = String(outputs(stack).registryHost);
  const up = () => pulumiCommand(stack, ["up", "--yes", "--skip-preview"]);
  const list: Measurement[] = [];
  const take = async (title: string, work: () => Promise<Measurement[]>) => list.push(...(await step(title, work)));
  await take("npm run health", async () => [await measure("npm run health", () => npm("health"), { times: 5, goal: 2 })]);
  await take("pulumi up without a change", async () => [
    await measure("pulumi up of dev, no change, with policies", up, { times: 5, goal: 6 }),
  ]);
  await take("preview of homelab", async () => [
    await measure("npm run preview -- --stack homelab", () => npm("preview", "--stack", "homelab"), { times: 5, goal: 10 }),
  ]);
  await take("push and pull", () => measureTransfer(host, 3));
  const values = outputs(stack);
  if (values.localstackUrl) await take("calls to the AWS emulator", () => measureAws(values));
  await take("npm start, running already", async () => [
    await measure("npm start, running already", () => npm("start"), { times: 3, goal: 15 }),
  ]);
  await take("npm stop", async () => [await measure("npm stop", () => npm("stop"), { times: 1, goal: 30 })]);
  await take("npm start from nothing running", async () => [
    await measure("npm start, nothing running, all built", () => npm("start"), { times: 1, goal: 120 }),
  ]);
  return list;
}

command<Options>({
  name: "bench",
  usage: "[-- --json] [--policies] [--charts FOLDER] [--emulators [--persist-source FOLDER]]",
  options: {
    json: { type: "boolean" },
    policies: { type: "boolean" },
    charts: { type: "string" },
    emulators: { type: "boolean" },
    "persist-source": { type: "string" },
  },
  help: `
Measures the running dev stack on the lab, each figure with its goal and what it is held against. Stops and starts the lab once.

  --policies       only what the policies cost, for which nothing has to run
  --charts FOLDER  only what a preview says of the blocks of docs/charts.yaml, with the charts that lie in the folder
  --emulators      only what the AWS emulators lose at a restart and at a crash: writes docs/emulators.md and what the
                   configuration says of them; needs root, and no cluster. localstack-persist is no package: with
                   --persist-source, the folder of its source, it is examined too, else what was seen of it stays`,
  run,
});
