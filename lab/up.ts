/** The lab whole: its cluster, while the engine that deploys to it is made. */
import { existsSync } from "node:fs";
import { clusterUp } from "./cluster/up";
import { missing, tellBuilt } from "./engine/build";
import { labPrograms } from "./engine/programs";
import { meetRequirements } from "./engine/requirements";
import { paths } from "../shared/paths";
import { UserError } from "../shared/process";
import { say } from "../shared/progress";

/**
 * Builds what is missing and leaves a node whose add-ons are ready. `names` are the platform's host names.
 * @param provideEngine Cluster and engine share no package, so they are built side by side, and the cluster comes up while the engine
 * compiles.
 * @returns what `provideEngine` gives
 */
export async function labUp<T>(names: readonly string[], provideEngine: () => Promise<T>): Promise<T> {
  refuseFormerStore();
  await meetRequirements();
  announceBuilds();
  const [cluster, engine] = await Promise.allSettled([clusterUp(names), provideEngine()]);
  if (cluster.status === "rejected") throw cluster.reason;
  if (engine.status === "rejected") throw engine.reason;
  tellBuilt();
  return engine.value;
}

/** Labs of before kept the cluster's objects in SQLite by way of kine; starting with an empty store beside it would lose them quietly. */
function refuseFormerStore(): void {
  if (!existsSync(paths.formerStore)) return;
  throw new UserError(
    `The data of this lab (${paths.data}) was made by an earlier version of this project, which kept the cluster's objects in kine. This version runs etcd and cannot read them; nothing was changed.
To keep what is in the apps' databases and in the registry, check that version out again, start it, and take it out (npm run backup; crane pull).
To begin anew: npm stop -- --data, then run this again.`,
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
