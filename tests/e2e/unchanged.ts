/** The proof that a deployment is at rest: what is registered is what the cluster has, asked in every way that Pulumi offers. */
import assert from "node:assert/strict";
import { shownResource } from "../../cli/engine/events";
import { preview, refresh, type Run } from "../../cli/engine/run";
import type { Stack } from "../../cli/shared/pulumi";

/** A preview without changes; then refreshes that read every object and find it as it was left; then the preview again. */
export async function changesNothing(stack: Stack): Promise<void> {
  const read = touched(await preview(stack, { expectNoChanges: true, diff: true }));
  // Of an object that the stack only reads, the engine notes more at the first refresh than when it was read.
  const refreshed = touched(await refresh(stack)).filter((resource) => !read.includes(resource));
  assert.deepEqual(refreshed, [], "objects that a refresh found changed");
  touched(await refresh(stack, { expectNoChanges: true }));
  touched(await preview(stack, { expectNoChanges: true, diff: true }));
}

/** The resources with which a run did anything, as they are shown. */
function touched({ events }: Run): string[] {
  const steps = events.flatMap(({ resOutputsEvent: event }) => (event ? [event.metadata] : []));
  assert.notEqual(steps.length, 0, "the engine told nothing of what it did");
  return steps.filter(({ op }) => op !== "same" && op !== "refresh").map(({ urn }) => shownResource(urn));
}
