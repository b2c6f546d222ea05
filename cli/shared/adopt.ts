/**
 * What is in the cluster and not in the stack's state, because the answer to a creation was lost or an older state came back:
 * taken into the state where it is the stack's own work, so that nobody has to delete it by hand.
 */
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { say, step } from "../../shared/progress";
import type { Stack } from "./pulumi";
import { takeUp } from "./recover";
import { generating, heldValues } from "./state/generated";
import { isRelease, objectId } from "./state/mend";
import { whatIsThere } from "./state/own";
import { settleReleases } from "./state/releases";
import { exportState, SECRET, UNSEEN, type PendingOperation, type State } from "./state/state";

/**
 * Creations that a run failed at, for whatever reason (of some the answer was lost), or that a preview announces. What is retained is
 * left out: the plugin takes that up by itself. Pure.
 */
export function creations(events: readonly EngineEvent[]): PendingOperation[] {
  return events.flatMap(({ resOpFailedEvent: failed, resourcePreEvent: planned }): PendingOperation[] => {
    const metadata = failed?.metadata ?? (planned?.planning ? planned.metadata : undefined);
    return metadata === undefined ? [] : creation(metadata);
  });
}

function creation({ urn, type, op, new: resource }: StepEventMetadata): PendingOperation[] {
  if (!["create", "create-replacement"].includes(op) || !resource) return [];
  const { parent, provider, inputs, protect } = resource;
  const { retainOnDelete } = resource as { retainOnDelete?: boolean };
  if (retainOnDelete) return [];
  const declared = withoutSecrets(inputs);
  return [
    { type: "creating", resource: { urn, type, custom: true, parent, provider, inputs: declared, ...(protect && { protect }) } },
  ];
}

/** The engine's events tell that there is a secret, and nothing of it. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const map = value as Record<string, unknown>;
  if (map[SECRET.key] === SECRET.value) return UNSEEN;
  return Object.fromEntries(Object.entries(map).map(([key, inner]) => [key, withoutSecrets(inner)]));
}

/**
 * Those that a state does not know, though it knows what they hang on. One that did not become ready is known; one that is only to be
 * deleted, because a name was changed and goes back, is not. Pure.
 */
export function unknownTo({ deployment }: State, created: readonly PendingOperation[]): PendingOperation[] {
  const resources = (deployment?.resources ?? []).filter((one) => !one.pendingReplacement && !one.delete);
  const has = (reference: string | undefined) =>
    !reference || resources.some(({ urn, id }) => reference === urn || reference === `${urn}::${id}`);
  return created.filter(({ resource }) => {
    const known = resources.some(({ urn, id }) => urn === resource.urn && (id === undefined || id === objectId(resource)));
    return !known && has(resource.parent) && has(resource.provider);
  });
}

/**
 * Takes into the state what a deployment failed to create or is about to, where it is there already and the stack's own.
 * @returns whether there was any
 */
export async function adopt(stack: Stack, events: readonly EngineEvent[]): Promise<boolean> {
  const created = creations(events).filter(({ resource }) => objectId(resource) !== undefined);
  if (created.length === 0) return false;
  const state = exportState(stack);
  const unknown = unknownTo(state, created);
  const own = whatIsThere(stack, unknown);
  // A release is taken up when its creation fails for it: a preview does not know whose it is.
  const failed = new Set(events.flatMap(({ resOpFailedEvent: event }) => event?.metadata.urn ?? []));
  const tried = unknown.filter(({ resource }) => isRelease(resource) && failed.has(resource.urn));
  const { there, forgotten } = settleReleases(
    stack,
    tried.map(({ resource }) => resource),
  );
  const releases = tried.filter(({ resource }) => there.includes(resource));
  if (own.length + releases.length === 0) return forgotten > 0;
  const count = own.length + releases.length;
  say(`  the cluster has ${count} ${count === 1 ? "object" : "objects"} of this stack that its state does not know`);
  await step("taking them up", async () => {
    const secrets = own.map(({ creation: { resource }, live }) => ({ urn: resource.urn, live }));
    const values = heldValues(
      state.deployment?.resources ?? [],
      secrets.filter(({ live }) => live.data),
    );
    await takeUp(stack, [...own.map((one) => one.creation), ...releases], generating(state, values));
  });
  return true;
}
