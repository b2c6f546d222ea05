import { nameOf, podTemplateOf, type KubeObject } from "./objects";
import { withoutNulls } from "./rendered";
import type { AdaptSettings } from "./settings";

/**
 * One warning about claims that pods mount and neither the chart nor the block makes, or undefined: libraries of media are made by
 * hand with reason, and without them the pods wait for ever. Pure.
 */
export function foreignClaims(objects: readonly KubeObject[], { app, namespace, database }: AdaptSettings): string | undefined {
  const made = new Set([database?.claim, database?.backup?.claim]);
  for (const { kind, metadata } of objects) if (kind === "PersistentVolumeClaim") made.add(metadata.name);
  const rendered = objects.map((object) => withoutNulls(structuredClone(object)).object);
  const found = rendered.flatMap((object) =>
    (podTemplateOf(object)?.spec.volumes ?? []).flatMap((volume) => {
      const name = volume.persistentVolumeClaim?.claimName;
      return name === undefined || made.has(name) ? [] : [`${name} (${nameOf(object)})`];
    }),
  );
  if (found.length === 0) return undefined;
  return (
    `The app ${app}: neither its chart nor its block makes the claims that it mounts: ${[...new Set(found)].join(", ")}. Its pods start ` +
    `once these are in the namespace ${namespace}: let the chart make them (often persistence.existingClaim left out, and a size), or make them by hand`
  );
}
