/** Which cluster a stack is for. */
import { UserError } from "../../shared/process";
import { contextOf, DEV, kubeconfigOf, trackedStackFile } from "../shared/stacks";
import type { Cluster } from "./cluster";
import { contextCluster } from "./context";
import { kindCluster, kindIsHere } from "./kind";

export type { Cluster, Config, Outputs } from "./cluster";

/** The cluster a stack is for. Whatever context is current plays no part. @throws UserError for a stack that names none */
export async function clusterOf(stack: string): Promise<Cluster> {
  const file = trackedStackFile(stack);
  const context = contextOf(file);
  if (context !== undefined) return contextCluster(context, kubeconfigOf(file));
  if (stack !== DEV) {
    throw new UserError(
      `The stack "${stack}" names no kubeconfig context, and the current one is never used.\nList yours with \`kubectl config get-contexts\`, then: pulumi config set --stack ${stack} homelab:context NAME`,
    );
  }
  if (kindIsHere()) return kindCluster;
  const { labCluster } = await import("./lab/index.js");
  return labCluster;
}
