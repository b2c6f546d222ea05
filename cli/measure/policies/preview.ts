/** What the policy pack costs a preview of the home stack. */
import { noCluster } from "../../clusters/context";
import { openStack, programArguments, withPolicies } from "../../shared/pulumi";
import { provideEngine } from "../../engine/provide";
import { root } from "../../../shared/paths";
import { run } from "../../../shared/process";
import { hundredths, median, seconds, type Measurement } from "../timing";

/** A preview with the pack may take this many times one without. */
const MOST = 1.25;

/** Previews of a first deployment, with and without the pack in turn; no cluster is asked. */
export async function measurePreview(times: number): Promise<Measurement> {
  await provideEngine("no cluster");
  const stack = openStack("homelab", noCluster());
  const preview = (more: string[]) =>
    seconds(() => run("pulumi", programArguments(stack, ["preview", ...more]), { cwd: root, env: stack.env }));
  const [without, runs]: [number[], number[]] = [[], []];
  for (let count = 0; count < times; count++) {
    without.push(await preview([]));
    runs.push(await preview(withPolicies(stack.name)));
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
