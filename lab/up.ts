/** Starts the lab: its cluster, and beside it the engine that deploys to it. */
import { existsSync } from "node:fs";
import { clusterUp } from "./cluster/up";
import { missing, reportBuilds } from "./engine/build";
import { labPrograms } from "./engine/programs";
import { meetRequirements } from "./engine/requirements";
import { paths } from "../shared/paths";
import { UserError } from "../shared/process";
import { say } from "../shared/progress";

/**
 * Builds missing programs and starts a node, up to add-ons that are ready. `names` are the platform's host names.
 * @param ensureEngine Cluster and engine share no package, so they are built side by side, and the cluster starts while the engine
 * compiles.
 * @returns what `ensureEngine` gives
 */
export async function labUp<T>(names: readonly string[], ensureEngine: () => Promise<T>): Promise<T> {
  refuseFormerStore();
  await meetRequirements();
  announceBuilds();
  const [cluster, engine] = await Promise.allSettled([clusterUp(names), ensureEngine()]);
  if (cluster.status === "rejected") throw cluster.reason;
  if (engine.status === "rejected") throw engine.reason;
  reportBuilds();
  return engine.value;
}

/** Earlier versions kept the cluster's objects in SQLite (kine); starting with an empty etcd beside it would silently lose them. */
function refuseFormerStore(): void {
  if (!existsSync(paths.formerStore)) return;
  throw new UserError(
    `The data of this lab (${paths.data}) was made by an earlier version of this project, which kept the cluster's objects in kine. This version runs etcd and cannot read them; nothing was changed.
To keep what is in the apps' databases and in the registry, check that version out again, start it, and take it out (npm run backup; crane pull).
To start over: npm stop -- --data, then run this again.`,
  );
}

function announceBuilds(): void {
  const todo = missing(labPrograms);
  if (todo.names.length > 0) {
    say(
      `  ${todo.names.length} programs are built from source once, about ${todo.estimate} on two cores: ${todo.names.join(", ")}`,
    );
  }
}
