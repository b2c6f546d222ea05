import { command, DONE, FAILED } from "./shared/command";
import { awaitHealth, renderHealth } from "./shared/health";
import { ensureKind } from "./shared/kind";
import { deploy } from "./shared/deploy";
import { openStack } from "./shared/pulumi";
import { DEV, hostNames, otherStacks, targetOf, type Target } from "./shared/stacks";
import { labUp } from "../lab/cluster/up";
import { provideEngine, type Origins } from "../lab/engine/engine";
import { exclusively } from "../lab/shared/exclusive";
import { run as runProgram, UserError, which } from "../lab/shared/process";
import { say, step } from "../lab/shared/progress";

/** Makes the stack's cluster answer: the lab and kind are brought up, a cluster of the user's own is only looked for. */
async function prepareCluster(stack: string, target: Target): Promise<void> {
  if (target.kind === "lab") await labUp(hostNames(stack));
  else if (target.kind === "kind") await ensureKind();
  else requireContext(stack, target.context);
}

function requireContext(stack: string, context: string): void {
  const kubectl = which("kubectl");
  if (!kubectl) return;
  const known = runProgram(kubectl, ["config", "get-contexts", "-o", "name"], { allowFailure: true }).stdout.split("\n");
  if (known.includes(context)) return;
  throw new UserError(
    `The stack "${stack}" is for the kubeconfig context "${context}", which this machine does not have.\nContexts here: ${known.filter(Boolean).join(", ") || "none"}. Set the right one: pulumi config set --stack ${stack} homelab:context NAME`,
  );
}

/** Tells where Pulumi's parts came from when any of them is not the official one. */
function tellOrigins(origins: Origins): void {
  const of = (origin: string) => Object.keys(origins).filter((name) => origins[name] === origin);
  if (of("built here").length > 0) say(`  Pulumi's command line was built here from its Go packages`);
  const standIns = of("stand-in");
  if (standIns.length > 0) say(`  stand-ins of this project act for the official provider plugins: ${standIns.join(", ")}`);
}

/** What to do on the lab, whose `exec` needs no names, trust or login of anybody's own. */
function labSteps(stack: string, { registryHost }: Record<string, unknown>): string {
  const push = registryHost ? `  npm run lab -- exec crane push image.tar ${String(registryHost)}/my/image:1\n` : "";
  return `Use it through the lab, which knows its names, trusts its certificates and has its account:
${push}  npm run lab -- exec kubectl get pods -A
For clients outside of it, names, certificate and login:
  npm run -s lab -- exec pulumi stack output nextSteps -s ${stack}`;
}

async function start(name: string, target: Target): Promise<number> {
  const where = {
    lab: "the lab on this machine",
    kind: "kind on this machine",
    context: `the cluster of context "${"context" in target ? target.context : ""}"`,
  };
  say(`Starting the stack "${name}" on ${where[target.kind]}.`);
  await prepareCluster(name, target);
  tellOrigins(await step("engine: Pulumi and its plugins", () => provideEngine()));
  const values = await deploy(openStack(name, target));
  // So that `npm run lab -- exec pulumi preview -s homelab` finds its stack.
  if (target.kind === "lab") otherStacks(name).forEach((other) => openStack(other, target));
  const health = await awaitHealth(values, 60);
  say();
  process.stdout.write(renderHealth(health));
  process.stdout.write(`\n${target.kind === "lab" ? labSteps(name, values) : String(values.nextSteps ?? "").trim()}\n`);
  return health.healthy ? DONE : FAILED;
}

function run({ options }: { options: { stack?: string } }): Promise<number> {
  const name = options.stack ?? DEV;
  const target = targetOf(name);
  return target.kind === "lab" ? exclusively(() => start(name, target)) : start(name, target);
}

command<{ stack?: string }>({
  name: "start",
  usage: "[-- --stack NAME]",
  options: { stack: { type: "string" } },
  help: `
Brings the platform up and checks it. Without --stack it is the "dev" stack: on the cluster that its configuration names, on
kind if Docker runs and kind is installed, else on the lab, a one-node Kubernetes cluster that is built from source on this
machine (Linux, root; the first time about 20 minutes). Safe to interrupt and to run again.`,
  run,
});
