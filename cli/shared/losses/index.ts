/**
 * No deployment of ours costs data that nobody named: what a preview says of claims, and of what claims hang on, is looked at
 * before anything is changed.
 */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { holdsData } from "../../../kubernetes/data";
import { UserError } from "../../../shared/process";
import { say } from "../../../shared/progress";
import { failures } from "../../engine/events";
import { EngineFailure, type Run } from "../../engine/run";
import type { Stack } from "../pulumi";
import { changesOf } from "./changes";
import { judge } from "./judge";
import { livingData } from "./live";
import { deleteAllowed } from "./allowed";
import type { Finding } from "./types";
import { isAllowed, refusalOf, sentence } from "./words";

export { deleteAllowed, unprotect } from "./allowed";
export { refuseTerminating } from "./terminating";
export type { Finding } from "./types";

/**
 * A preview, and the judgement of what it would cost. Of one that fails what would become of data is reported first: a claim that cannot
 * be changed fails it with the words of the API server. One that was allowed to go is out of the way before the next.
 * @throws UserError when the deployment would cost data that was not allowed to go; whatever the preview throws
 */
export async function guardedPreview(
  stack: Stack,
  preview: () => Promise<Run>,
  allowed: readonly string[] = [],
): Promise<Run & { going: Finding[] }> {
  const judged = async () => {
    const run = await preview();
    return { ...run, going: guardData(stack, run.events, allowed) };
  };
  try {
    return await judged();
  } catch (error) {
    if (!(error instanceof EngineFailure)) throw error;
    const going = guardData(stack, error.events, allowed);
    if (going.length === 0 || !failedForThese(error.events, going)) throw error;
    await deleteAllowed(stack, going);
    return judged();
  }
}

/** Whether nothing else keeps the preview from its end, as far as it came. */
function failedForThese(events: readonly EngineEvent[], going: readonly Finding[]): boolean {
  const refused = events.some(({ policyEvent }) => policyEvent?.enforcementLevel === "mandatory");
  return !refused && failures(events).every(({ urn }) => urn === undefined || going.some((finding) => finding.urn === urn));
}

/**
 * @param events those of a preview
 * @param allowed names that may go (`--allow-delete`)
 * @returns what is deleted or replaced because it was allowed
 * @throws UserError when the deployment would cost data beside that
 */
function guardData(stack: Stack, events: readonly EngineEvent[], allowed: readonly string[] = []): Finding[] {
  const changes = changesOf(events);
  if (changes.every(({ what, object }) => what === "new" && !holdsData(object))) return [];
  const live = livingData(stack);
  const findings = judge(changes, live);
  const refused = findings.filter((finding) => finding.verdict !== "kept" && !isAllowed(finding, allowed));
  const kubectl = ["kubectl", ...stack.cluster.kubectlArguments].join(" ");
  if (refused.length > 0) throw new UserError(`\n${refusalOf(refused, kubectl, live)}`);
  for (const finding of findings) if (finding.verdict === "kept") say(`  kept: ${sentence(finding)}`);
  const unknown = allowed.filter((name) => !findings.some((finding) => isAllowed(finding, [name])));
  if (unknown.length > 0) say(`  nothing of the name ${unknown.join(", ")} is deleted or replaced by this deployment`);
  return findings.filter((finding) => finding.verdict !== "kept");
}
