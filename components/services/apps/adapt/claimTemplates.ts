import type { KubeObject, PodTemplate } from "./objects";
import { podTemplateOf } from "./objects";
import { placeOf } from "./mounts";
import type { AdaptSettings } from "./settings";

/* Claims that a StatefulSet makes for itself. Pure, but for `takePlatformClaim`, which changes the object it is given. */

interface ClaimTemplate {
  metadata?: { name?: string };
}

/** Names of its claim templates, which are names of volumes too. */
export function claimTemplatesOf(object: KubeObject): string[] {
  const templates = object.kind === "StatefulSet" ? object.spec?.volumeClaimTemplates : undefined;
  return Array.isArray(templates) ? (templates as ClaimTemplate[]).map(({ metadata }) => metadata?.name ?? "") : [];
}

/** The volume of a pod that is this claim. */
export function claimVolume(template: PodTemplate | undefined, claim: string): string | undefined {
  return template?.spec.volumes?.find(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim)?.name;
}

/**
 * Puts the platform's claim in the place of the template on which the database lies: many charts make their own claim
 * whatever claim they are told of, and that one would have neither a size of the block's nor a copy.
 */
export function takePlatformClaim(object: KubeObject, { database }: AdaptSettings): void {
  if (database === undefined || object.metadata.name !== database.workload) return;
  const [template, own] = [podTemplateOf(object), claimTemplatesOf(object)];
  if (template === undefined || own.length === 0 || claimVolume(template, database.claim) !== undefined) return;
  const place = placeOf(template, database.files, (volume) => own.includes(volume));
  const volumes = new Set(place?.mounts.map(({ name }) => name));
  const [volume] = volumes;
  if (volume === undefined || volumes.size > 1) return;
  const left = (object.spec!.volumeClaimTemplates as ClaimTemplate[]).filter(({ metadata }) => metadata?.name !== volume);
  if (left.length > 0) object.spec!.volumeClaimTemplates = left;
  else delete object.spec!.volumeClaimTemplates;
  template.spec.volumes = [
    // A volume of the template's name gave way to it.
    ...(template.spec.volumes ?? []).filter(({ name }) => name !== volume),
    { name: volume, persistentVolumeClaim: { claimName: database.claim } },
  ];
}
