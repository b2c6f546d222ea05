import { holdsData, KEEP_ANNOTATION } from "../../../../kubernetes/data";
import { nameOf, type KubeObject } from "./objects";
import type { AdaptSettings } from "./settings";

/* What a chart makes to keep data in outlives the app, whoever installs it. */

/** Changes the object. */
export function keepData(object: KubeObject, { keepsData }: AdaptSettings): void {
  if (!keepsData) return;
  if (holdsData(object)) object.metadata.annotations = { ...object.metadata.annotations, [KEEP_ANNOTATION]: "keep" };
  if (object.kind !== "StatefulSet") return;
  const policy = object.spec?.persistentVolumeClaimRetentionPolicy as Record<string, unknown> | undefined;
  // Only what is said otherwise: Retain is what Kubernetes does by itself.
  for (const when of ["whenDeleted", "whenScaled"]) if (policy?.[when] === "Delete") policy[when] = "Retain";
}

/** Claims that are hooks: helm deletes a hook's object before it makes it again, and when it has run, as the chart says. Pure. */
export function hookDataProblems(hooks: KubeObject[], { keepsData }: AdaptSettings): string[] {
  return hooks
    .filter((hook) => keepsData && holdsData(hook))
    .map(
      (hook) =>
        `${nameOf(hook)} is a hook, which helm deletes before it makes it again, with all that it holds: make it yourself and give ` +
        "the chart its name, or, if that may be lost, set protection: none in the app's block",
    );
}
