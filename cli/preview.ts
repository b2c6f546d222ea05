import { command, DONE, FAILED } from "./shared/command";
import { changeOfRoot } from "./shared/authority";
import { provideImages } from "./shared/deploy";
import { facingDrift } from "./shared/drift";
import { knownContexts } from "./shared/contexts";
import { guarded } from "./shared/losses";
import { openStack, pulumiShown, purposeOf, requirePassphrase, withPolicies } from "./shared/pulumi";
import { contextOf, DEV, kubeconfigOf, targetOf, trackedStackFile, type Target } from "./shared/stacks";
import { awaitWebhooks, lookAround, tellClasses } from "./shared/surroundings";
import { runningNode } from "../lab/cluster/node";
import { provideEngine } from "../lab/engine/engine";
import { say } from "../shared/progress";

/** A context that no kubeconfig has: the provider then previews what it would create without asking any cluster. */
const NO_CLUSTER = "no-cluster";

function previewTarget(name: string): { target: Target; note?: string } {
  const file = trackedStackFile(name);
  const context = contextOf(file);
  if (context) {
    if (knownContexts(kubeconfigOf(file)).includes(context)) return { target: { kind: "context", context } };
    const note = `This machine has no kubeconfig context "${context}": this previews a first deployment and asks no cluster.`;
    return { target: { kind: "none", context }, note };
  }
  const target = targetOf(name);
  if (target.kind === "lab" && !runningNode())
    return {
      target: { kind: "none", context: NO_CLUSTER },
      note: "No cluster is running: this previews a first deployment.",
    };
  return { target };
}

async function run({ options }: { options: { stack?: string } }): Promise<number> {
  const name = options.stack ?? DEV;
  const { target, note } = previewTarget(name);
  if (note) say(note);
  requirePassphrase(name, target);
  await provideEngine(purposeOf(target));
  const stack = openStack(name, target);
  if (target.kind === "lab") await provideImages(stack);
  const { refusal } = target.kind === "none" ? {} : lookAround(stack);
  await awaitWebhooks(stack);
  const found =
    target.kind === "none" ? { args: [] } : facingDrift(stack, "Changed in the cluster past Pulumi; `npm start` sets it right:");
  try {
    const { events } = await guarded(stack, () => pulumiShown(stack, ["preview", ...found.args, ...withPolicies(name)]));
    const another = changeOfRoot(events);
    if (another !== undefined) say(`\n${another}`);
    tellClasses(stack, events);
  } finally {
    if (refusal !== undefined) say(`\n${refusal}`);
  }
  return refusal === undefined ? DONE : FAILED;
}

command<{ stack?: string }>({
  name: "preview",
  usage: "[-- --stack NAME]",
  options: { stack: { type: "string" } },
  help: `
Shows what \`up\` would do to a stack (default: dev), judged by the policy pack. Where its cluster answers, what the stack refers to
and did not make (issuers, Secrets, classes, Traefik) is looked up there. Needs no cluster: where none is configured or none
answers, it shows a first deployment.`,
  run,
});
