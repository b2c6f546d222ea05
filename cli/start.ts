import { command, DONE, FAILED } from "./shared/command";
import { awaitHealth, renderHealth } from "./shared/health";
import { ensureKind } from "./shared/kind";
import { deploy } from "./shared/deploy";
import { knownContexts } from "./shared/contexts";
import { openStack, purposeOf, requirePassphrase } from "./shared/pulumi";
import { DEV, hostNames, kubeconfigOf, otherStacks, targetOf, trackedStackFile, type Target } from "./shared/stacks";
import { labUp } from "../lab/up";
import { provideEngine } from "../lab/engine/engine";
import { remarkableOrigins, type Origins } from "../lab/engine/origins";
import { exclusively } from "../lab/exclusive";
import { UserError } from "../shared/process";
import { say, step } from "../shared/progress";

/** Makes the stack's cluster answer, and the engine ready: the lab and kind are brought up, a cluster of the user's own is only looked for. */
async function prepare(stack: string, target: Target): Promise<Origins> {
  if (target.kind === "lab") return labUp(hostNames(stack));
  if (target.kind === "kind") await ensureKind();
  else if (target.kind === "context") requireContext(stack, target.context);
  return step("engine: Pulumi and its plugins", () => provideEngine(purposeOf(target)));
}

function requireContext(stack: string, context: string): void {
  const known = knownContexts(kubeconfigOf(trackedStackFile(stack)));
  if (known.includes(context)) return;
  throw new UserError(
    `The stack "${stack}" is for the kubeconfig context "${context}", which this machine does not have.\nContexts here: ${known.join(", ") || "none"}. Set the right one: pulumi config set --stack ${stack} homelab:context NAME`,
  );
}

/** What to do on the lab, whose `exec` needs no names, trust or login of anybody's own. */
function labSteps(stack: string, { registryHost }: Record<string, unknown>): string {
  const push = registryHost ? `  npm run lab -- exec crane push image.tar ${String(registryHost)}/my/image:1\n` : "";
  return `Use it through the lab, which knows its names, trusts its certificates and has its account:
${push}  npm run lab -- exec kubectl get pods -A
For clients outside of it, names, certificate and login:
  npm run -s lab -- exec pulumi stack output nextSteps -s ${stack}`;
}

async function start(name: string, target: Target, allowDelete: readonly string[], renewing = false): Promise<number> {
  const where = {
    lab: "the lab on this machine",
    kind: "kind on this machine",
    context: `the cluster of context "${"context" in target ? target.context : ""}"`,
    none: "no cluster",
  };
  say(`Starting the stack "${name}" on ${where[target.kind]}.`);
  requirePassphrase(name, target);
  const origins = await prepare(name, target);
  for (const remark of remarkableOrigins(origins)) say(`  ${remark}`);
  const stack = openStack(name, target);
  const values = await deploy(stack, allowDelete, renewing);
  // So that `npm run lab -- exec pulumi preview -s homelab` finds its stack.
  if (target.kind === "lab") otherStacks(name).forEach((other) => openStack(other, target));
  const health = await awaitHealth(values, 120, stack);
  say();
  process.stdout.write(renderHealth(health));
  process.stdout.write(`\n${target.kind === "lab" ? labSteps(name, values) : String(values.nextSteps ?? "").trim()}\n`);
  return health.healthy ? DONE : FAILED;
}

interface Options {
  stack?: string;
  "allow-delete"?: string[];
  "renew-certificates"?: boolean;
}

function run({ options }: { options: Options }): Promise<number> {
  const name = options.stack ?? DEV;
  const target = targetOf(name);
  const allowed = options["allow-delete"] ?? [];
  const begin = () => start(name, target, allowed, options["renew-certificates"]);
  return target.kind === "lab" ? exclusively(begin) : begin();
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
