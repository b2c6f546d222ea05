/** After a deployment: clients, cluster and accounts are brought to what was deployed. */
import { textOf, type Outputs } from "../../clusters/cluster";
import { awaitAccounts } from "../accounts";
import { updateTrust } from "../authority";
import { askIfReachable, type Asked } from "../drift";
import { outputs, type Stack } from "../pulumi";

/**
 * @param deployed the outputs as the deployment left them
 * @param asked what the cluster answered since
 * @returns the outputs as they are now
 */
export async function finish(stack: Stack, deployed: Outputs, asked: Asked | undefined, renewing: boolean): Promise<Outputs> {
  const authority = textOf(deployed.caCertificate);
  const seen = authority === "" ? undefined : (asked ?? askIfReachable(stack));
  const changed = seen !== undefined && (await updateTrust(stack, authority, seen, renewing));
  const values = changed ? outputs(stack, true) : deployed;
  stack.cluster.configure(values);
  await stack.cluster.followDeployment();
  if (values.registryHost) await awaitAccounts(stack);
  return values;
}
