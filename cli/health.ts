import { clusterOf } from "./clusters";
import { command, DONE, FAILED } from "./shared/command";
import { checkAll, renderHealth } from "./shared/health";
import { DEV } from "./shared/stacks";
import { knownOutputs, readableStack } from "./shared/state/readable";
import { UserError } from "../shared/process";

async function run({ options }: { options: { stack?: string; json?: boolean } }): Promise<number> {
  const name = options.stack ?? DEV;
  const cluster = await clusterOf(name);
  const absence = cluster.local ? cluster.absence() : undefined;
  if (absence !== undefined) throw new UserError(`${absence}, so nothing is healthy. Start it with \`npm start\`.`);
  const stack = readableStack(name, cluster);
  const health = await checkAll(stack, knownOutputs(stack));
  process.stdout.write(options.json ? `${JSON.stringify(health, null, 2)}\n` : renderHealth(health));
  return health.healthy ? DONE : FAILED;
}

command<{ stack?: string; json?: boolean }>({
  name: "health",
  usage: "[-- --json] [-- --stack NAME]",
  options: { stack: { type: "string" }, json: { type: "boolean" } },
  help: `
Asks every service of a deployed stack (default: dev) over HTTPS, as devices do that trust the platform's authority, and with the account
that was generated, and reports latency and verdict; and each app with \`backup\` how its copies are: unhealthy when the
newest is older than twice its interval, the last one failed, or none can be made or put back; how full volumes and the nodes'
disks are: unhealthy with less than a tenth free (where that is more than 20 GiB, a twentieth); and the cluster for every object
of the stack: what was changed or deleted past Pulumi is named, with who did it, and so are workloads that have not their pods.
Exit code 1 when one is unhealthy. With --json: {"healthy": true, "services": [{"name", "url", "healthy", "latencyMs",
"detail"}]}; of copies, \`pending\` is true while a program that has just started has made no database; volumes have \`volume\`:
{"claims": ["NAMESPACE/NAME"], "sizeBytes", "usedBytes", "freeBytes", "usedPercent"}.`,
  run,
});
