/**
 * What is in the cluster and not in the stack's state, because the answer to a creation was lost or an older state came back:
 * taken into the state where it is the stack's own work, so that nobody has to delete it by hand.
 */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { say, step } from "../../lab/shared/progress";
import type { Stack } from "./pulumi";
import { takeUp } from "./recover";
import { objectId } from "./state/mend";
import { isThere } from "./state/own";
import { exportState, type PendingOperation, type State } from "./state/state";

/** Creations that failed, for whatever reason: of some the answer was lost. Pure. */
export function failedCreations(events: readonly EngineEvent[]): PendingOperation[] {
  return events.flatMap(({ resOpFailedEvent: event }): PendingOperation[] => {
    const { urn = "", type = "", op = "", new: resource } = event?.metadata ?? {};
    if (!["create", "create-replacement"].includes(op) || !resource) return [];
    const { parent, provider, inputs } = resource;
    return [{ type: "creating", resource: { urn, type, custom: true, parent, provider, inputs } }];
  });
}

/** Those that a state does not know. One that was made and did not become ready is known. Pure. */
export function unknownTo({ deployment }: State, creations: readonly PendingOperation[]): PendingOperation[] {
  const known = (deployment?.resources ?? []).filter((one) => !one.pendingReplacement);
  return creations.filter(
    ({ resource }) => !known.some(({ urn, id }) => urn === resource.urn && (id === undefined || id === objectId(resource))),
  );
}

/**
 * Takes into the state what a failed deployment could not create because it is there, or created without hearing of it, where it is
 * the stack's own. @returns whether there was any
 */
export async function adopt(stack: Stack, events: readonly EngineEvent[]): Promise<boolean> {
  const creations = failedCreations(events).filter(({ resource }) => objectId(resource) !== undefined);
  if (creations.length === 0) return false;
  const state = exportState(stack);
  const own = unknownTo(state, creations).filter(({ resource }) => isThere(stack, resource));
  if (own.length === 0) return false;
  say(`  the cluster has ${own.length} ${own.length === 1 ? "object" : "objects"} of this stack that its state does not know`);
  await step("taking them up", () => takeUp(stack, own, state));
  return true;
}
