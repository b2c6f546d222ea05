/** Runs of the real engine on a stack without a cluster, in a lab's folder of their own (HOMELAB_LAB): what became of each, as JSON. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { noCluster } from "../../../cli/clusters/context";
import { hasChanges } from "../../../cli/engine/events";
import { ensureEngine } from "../../../cli/engine/ensure";
import { EngineFailure, preview, refresh } from "../../../cli/engine/run";
import { openStack } from "../../../cli/shared/pulumi";
import { backendFolder } from "../../../cli/shared/state/file";

const LOSS = "The cluster has lost its heart.";

const outcome = (run: Promise<unknown>) =>
  run.then(
    () => "it ended well",
    (error: Error) => `${error instanceof EngineFailure ? "EngineFailure" : error.constructor.name}: ${error.message}`,
  );

async function main(): Promise<void> {
  await ensureEngine("no cluster");
  const stack = openStack("homelab", noCluster());
  const first = await preview(stack);
  const wrong = openStack("homelab", noCluster(), { domain: "no domain" });
  const refused = await outcome(preview(wrong));
  const lost = await outcome(preview({ ...stack, cluster: { ...noCluster(), loss: () => LOSS } }));
  const locks = join(backendFolder(stack.env.PULUMI_BACKEND_URL)!, ".pulumi", "locks", "organization", "homelab", stack.name);
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(locks, "other.json"), JSON.stringify({ pid: process.pid, username: "other", hostname: hostname() }));
  const locked = await outcome(refresh(stack));
  rmSync(locks, { recursive: true });
  const read = await outcome(refresh(stack));
  process.stdout.write(JSON.stringify({ changes: hasChanges(first.events), refused, lost, locked, read }));
}

void main();
