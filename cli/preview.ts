import { command, DONE } from "./shared/command";
import { provideImages } from "./shared/deploy";
import { openStack, pulumiShown, withPolicies } from "./shared/pulumi";
import { contextOf, DEV, targetOf, trackedStackFile, type Target } from "./shared/stacks";
import { runningNode } from "../lab/cluster/node";
import { provideEngine } from "../lab/engine/engine";
import { say } from "../lab/shared/progress";

/** A context that no kubeconfig has: the provider then previews what it would create without asking any cluster. */
const NO_CLUSTER = { context: "no-cluster" };

function previewTarget(name: string): { target: Target; more: Record<string, unknown>; note?: string } {
  const context = contextOf(trackedStackFile(name));
  if (context) return { target: { kind: "context", context }, more: {} };
  const target = targetOf(name);
  if (target.kind === "lab" && !runningNode()) {
    return {
      target: { kind: "context", context: NO_CLUSTER.context },
      more: NO_CLUSTER,
      note: "No cluster is running: this previews a first deployment.",
    };
  }
  return { target, more: {} };
}

async function run({ options }: { options: { stack?: string } }): Promise<number> {
  const name = options.stack ?? DEV;
  const { target, more, note } = previewTarget(name);
  if (note) say(note);
  await provideEngine();
  const stack = openStack(name, target, more);
  if (target.kind === "lab") await provideImages(stack);
  await pulumiShown(stack, ["preview", ...withPolicies(name)]);
  return DONE;
}

command<{ stack?: string }>({
  name: "preview",
  usage: "[-- --stack NAME]",
  options: { stack: { type: "string" } },
  help: `
Shows what \`up\` would do to a stack (default: dev), judged by the policy pack. Needs no cluster: where none is configured or
none answers, it shows a first deployment.`,
  run,
});
