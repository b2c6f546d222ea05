import { clusterOf, type Cluster } from "./clusters";
import { remarkableOrigins } from "./engine/origins";
import { command, DONE, FAILED } from "./shared/command";
import { awaitHealth, renderHealth } from "./shared/health";
import { deploy } from "./shared/deploy";
import { openStack, requirePassphrase } from "./shared/pulumi";
import { DEV } from "./shared/stacks";
import { say } from "../shared/progress";

async function start(name: string, cluster: Cluster, allowDelete: readonly string[], renewing = false): Promise<number> {
  say(`Starting the stack "${name}" on ${cluster.description}.`);
  requirePassphrase(name, cluster);
  for (const remark of remarkableOrigins(await cluster.ensureUp(name))) say(`  ${remark}`);
  const stack = openStack(name, cluster);
  const values = await deploy(stack, allowDelete, renewing);
  for (const other of cluster.companions(name)) openStack(other, cluster);
  const health = await awaitHealth(values, 120, stack);
  say();
  process.stdout.write(renderHealth(health));
  process.stdout.write(`\n${cluster.nextSteps(name, values)}\n`);
  return health.healthy ? DONE : FAILED;
}

interface Options {
  stack?: string;
  "allow-delete"?: string[];
  "renew-certificates"?: boolean;
}

async function run({ options }: { options: Options }): Promise<number> {
  const name = options.stack ?? DEV;
  const cluster = await clusterOf(name);
  return cluster.exclusively(() => start(name, cluster, options["allow-delete"] ?? [], options["renew-certificates"]));
}

command<Options>({
  name: "start",
  usage: "[-- --stack NAME] [--allow-delete NAME]... [--renew-certificates]",
  options: {
    stack: { type: "string" },
    "allow-delete": { type: "string", multiple: true },
    "renew-certificates": { type: "boolean" },
  },
  help: `
Brings the platform up and checks it. Without --stack it is the "dev" stack: on the cluster that its configuration names, on
kind if Docker runs and kind is installed, else on the lab, a one-node Kubernetes cluster that is built from source on this
machine (Linux, root; the first time about 20 minutes). Safe to interrupt and to run again.

A deployment that would delete or replace a claim, a namespace with claims or the like is refused before it begins. --allow-delete
NAME (namespace/claim, or a namespace), once for each, lets what is named go.

After the authority has become another one, both are told to clients until what the former one signed is renewed: by cert-manager when
its time comes, or at once with --renew-certificates, when every device knows the new one.`,
  run,
});
