/** Deploying a stack: prepared, previewed, brought up, checked. */
import type { Outputs } from "../../clusters/cluster";
import { outputs, type Stack } from "../pulumi";
import { saveLastGood } from "../rollback";
import { readStackFile, writeStackFile } from "../stacks";
import { warnAboutSurroundings } from "../surroundings";
import { finish } from "./finish";
import { makePlan } from "./plan";
import { prepare } from "./prepare";
import { carryOut } from "./up";

/**
 * Deploys what differs and returns the outputs, secrets included. The policies judge the whole before anything is changed.
 * @param allowDelete names of claims and namespaces that may be lost by it
 * @param renewing renew what a former authority has signed (updateTrust)
 */
export async function deploy(stack: Stack, allowDelete: readonly string[] = [], renewing = false): Promise<Outputs> {
  const { warned } = await prepare(stack, allowDelete);
  const before = await ensureFirstPart(stack);
  const { changing, asked } = await deployChanges(stack, allowDelete).finally(() => {
    // What could be made only now, or is still missing, comes at the end.
    if (warned) warnAboutSurroundings(stack);
  });
  return finish(stack, changing ? outputs(stack, true) : before, changing ? undefined : asked, renewing);
}

/** Previews, and brings up what differs. */
async function deployChanges(stack: Stack, allowDelete: readonly string[]) {
  const plan = await makePlan(stack, allowDelete);
  if (plan.changing) await carryOut(stack, plan, allowDelete);
  saveLastGood(stack, stack.file);
  return plan;
}

/** Deploys what a cluster has to have before the whole, and configures its clients. @returns the outputs until now */
async function ensureFirstPart(stack: Stack): Promise<Outputs> {
  const content = readStackFile(stack.file);
  const last = outputs(stack, true);
  const config = stack.cluster.firstPart(content.config ?? {}, last);
  if (config !== undefined) {
    const file = stack.file.replace(/\.yaml$/, ".first.yaml");
    writeStackFile(file, { ...content, config });
    await deployChanges({ ...stack, file }, []);
  }
  const values = config === undefined ? last : outputs(stack, true);
  if (Object.keys(values).length > 0) stack.cluster.configure(values);
  return values;
}
