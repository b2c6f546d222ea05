/** What a deployment would do, looked at before it does anything. */
import { say } from "../../../shared/progress";
import { hasChanges } from "../../engine/events";
import { preview, type Options, type Run } from "../../engine/run";
import { adopt } from "../adopt";
import { changeOfRoot } from "../authority";
import { recordUnrecorded, reportDrift, type Asked } from "../drift";
import { guardedPreview, type Finding } from "../losses";
import type { Stack } from "../pulumi";
import { warnAboutClasses } from "../surroundings";

export interface Plan {
  changing: boolean;
  /** How the engine's runs begin. */
  options: Options;
  /** What is deleted or replaced because it was allowed by name. */
  going: Finding[];
  /** What the cluster has of the stack; undefined where it could not be asked. */
  asked?: Asked;
}

/** @throws UserError when the deployment would cost data that was not allowed to go; EngineFailure */
export async function makePlan(stack: Stack, allowDelete: readonly string[]): Promise<Plan> {
  const { options, asked } = reportDrift(stack, "Changed in the cluster past Pulumi, and set right now:");
  if (asked) recordUnrecorded(stack, asked);
  const { events, going, adopted } = await previewAll(stack, options, allowDelete);
  const another = changeOfRoot(events);
  if (another !== undefined) say(another);
  warnAboutClasses(stack, events);
  // What was taken up is to be recorded in full, with what it depends on.
  return { changing: adopted || hasChanges(events), options, going, asked };
}

interface Previewed extends Run {
  going: Finding[];
  /** Whether the state knows more of the cluster than before. */
  adopted: boolean;
}

/** Previews again and again as long as the cluster has something of the stack's own that its state does not know. */
export async function previewAll(stack: Stack, options: Options, allowDelete: readonly string[]): Promise<Previewed> {
  const run = await guardedPreview(stack, () => preview(stack, options), allowDelete);
  if (!(await adopt(stack, run.events))) return { ...run, adopted: false };
  return { ...(await previewAll(stack, options, allowDelete)), adopted: true };
}
