import { clusterOf, type Cluster } from "./clusters";
import { noCluster } from "./clusters/context";
import { ensureEngine } from "./engine/ensure";
import { preview } from "./engine/run";
import { command, DONE, FAILED } from "./shared/command";
import { changeOfRoot } from "./shared/authority";
import { reportDrift } from "./shared/drift";
import { guardedPreview } from "./shared/losses";
import { openStack, requirePassphrase } from "./shared/pulumi";
import { contextOf, DEV, readStackFile, trackedStackFile } from "./shared/stacks";
import { awaitWebhooks, warnAboutSurroundings, warnAboutClasses } from "./shared/surroundings";
import { say } from "../shared/progress";

/** The stack's cluster where it can be asked, else none. */
async function previewedCluster(name: string): Promise<Cluster> {
  const cluster = await clusterOf(name);
  const absence = cluster.absence();
  if (absence === undefined) return cluster;
  say(`${absence}: this previews a first deployment and asks no cluster.`);
  return noCluster(contextOf(trackedStackFile(name)));
}

async function run({ options }: { options: { stack?: string } }): Promise<number> {
  const name = options.stack ?? DEV;
  const cluster = await previewedCluster(name);
  requirePassphrase(name, cluster);
  await ensureEngine(cluster.purpose);
  const stack = openStack(name, cluster);
  await cluster.ensureImages(readStackFile(stack.file).config ?? {});
  const { refusal } = cluster.exists ? warnAboutSurroundings(stack) : {};
  await awaitWebhooks(stack);
  const found = cluster.exists
    ? reportDrift(stack, "Changed in the cluster past Pulumi; `npm start` sets it right:")
    : { options: {} };
  try {
    const { events } = await guardedPreview(stack, () => preview(stack, found.options));
    const another = changeOfRoot(events);
    if (another !== undefined) say(`\n${another}`);
    warnAboutClasses(stack, events);
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
