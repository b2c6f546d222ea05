/** Deploying a stack: `pulumi up` with the policy pack, after what an interruption left is mended. */
import { say } from "../../shared/progress";
import { accountsInForce } from "./accounts";
import { changeOfRoot, followAuthority } from "./authority";
import { facingDrift, recordUnrecorded, tryToAsk, type Asked } from "./drift";
import { adopt } from "./adopt";
import { guarded, makeRoom, refuseTerminating, unprotect } from "./losses";
import { hasChanges } from "../engine/events";
import { EngineFailure, preview as previewWith, up as upWith } from "../engine/run";
import { outputs, type Stack } from "./pulumi";
import { recover } from "./recover";
import { forgetRemoved, rememberGood, rollBack } from "./rollback";
import { readStackFile, writeStackFile } from "./stacks";
import { awaitWebhooks, lookAround, requireSurroundings, tellClasses } from "./surroundings";

/**
 * Deploys what differs and returns the outputs, secrets included. The policies judge the whole before anything is changed.
 * @param allowDelete names of claims and namespaces that may be lost by it
 * @param renewing renew what a former authority has signed (followAuthority)
 */
export async function deploy(
  stack: Stack,
  allowDelete: readonly string[] = [],
  renewing = false,
): Promise<Record<string, unknown>> {
  refuseTerminating(stack, allowDelete);
  await recover(stack);
  const around = requireSurroundings(stack);
  await awaitWebhooks(stack);
  unprotect(stack, allowDelete);
  await prepareCluster(stack);
  const { asked } = await bring(stack, allowDelete).finally(() => {
    // What could be made only now, or is still missing, is said last.
    if (around) lookAround(stack);
  });
  let values = outputs(stack, true);
  const told = String(values.caCertificate ?? "");
  const seen = told === "" ? undefined : (asked ?? tryToAsk(stack));
  if (seen && (await followAuthority(stack, told, seen, renewing))) values = outputs(stack, true);
  stack.cluster.configure(values);
  await stack.cluster.followDeployment();
  if (values.registryHost) await accountsInForce(stack);
  return values;
}

/** The cluster has what the deployment needs, and knows the platform before any pod pulls from its registry. */
async function prepareCluster(stack: Stack): Promise<void> {
  const { cluster } = stack;
  const content = readStackFile(stack.file);
  const config = content.config ?? {};
  await cluster.provideImages(config);
  const last = outputs(stack, true);
  if (last.caCertificate) return cluster.configure(last);
  const first = cluster.firstPart(config, last);
  if (first === undefined) return;
  const file = stack.file.replace(/\.yaml$/, ".first.yaml");
  writeStackFile(file, { ...content, config: first });
  await bring({ ...stack, file });
  cluster.configure(outputs(stack, true));
}

type Previewed = Awaited<ReturnType<typeof guarded>>;

/** @returns what the cluster said before, where nothing had to be deployed */
async function bring(stack: Stack, allowDelete: readonly string[] = []): Promise<{ asked?: Asked }> {
  const found = facingDrift(stack, "Changed in the cluster past Pulumi, and set right now:");
  if (found.asked) recordUnrecorded(stack, found.asked);
  // Again and again as long as there is something of the stack's own that its state does not know.
  let taken = false;
  const preview = async (of: Stack): Promise<Previewed> => {
    const said = await guarded(of, () => previewWith(of, found.options), allowDelete);
    if (!(await adopt(of, said.events))) return said;
    taken = true;
    return preview(of);
  };
  const up = async (of: Stack): Promise<void> => {
    try {
      await upWith(of, found.options);
    } catch (error) {
      if (!(error instanceof EngineFailure) || !(await adopt(of, error.events))) throw error;
      await preview(of);
      await up(of);
    }
  };
  const previewed = await preview(stack);
  // What was taken up is to be recorded in full, with what it depends on.
  const changing = taken || hasChanges(previewed.events);
  const another = changeOfRoot(previewed.events);
  if (another !== undefined) say(another);
  tellClasses(stack, previewed.events);
  if (changing) {
    forgetRemoved(stack);
    await makeRoom(stack, previewed.going);
    try {
      await up(stack);
    } catch (error) {
      if (error instanceof EngineFailure) await rollBack(stack, error, (of) => preview(of).then(() => up(of)));
      throw error;
    }
  }
  rememberGood(stack, stack.file);
  return { asked: changing ? undefined : found.asked };
}
