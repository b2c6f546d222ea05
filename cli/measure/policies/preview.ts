/** What the policy pack costs a preview of the home stack. */
import { noCluster } from "../../clusters/context";
import { openStack } from "../../shared/pulumi";
import { pulumiCommand } from "../commandLine";
import { ensureEngine } from "../../engine/ensure";
import { hundredths, median, seconds, type Measurement } from "../timing";

/** A preview with the pack may take this many times one without. */
const MOST = 1.25;

/** Previews of a first deployment, with and without the pack in turn; no cluster is asked. */
export async function measurePreview(times: number): Promise<Measurement> {
  await ensureEngine("no cluster");
  const stack = openStack("homelab", noCluster());
  const preview = (withPolicies: boolean) => seconds(() => pulumiCommand(stack, ["preview"], withPolicies));
  const [without, runs]: [number[], number[]] = [[], []];
  for (let count = 0; count < times; count++) {
    without.push(await preview(false));
    runs.push(await preview(true));
  }
  const against = { name: "the same without the policies", median: median(without) };
  return {
    name: "preview of homelab with the policies",
    runs,
    median: median(runs),
    goal: hundredths(MOST * against.median),
    against,
  };
}
