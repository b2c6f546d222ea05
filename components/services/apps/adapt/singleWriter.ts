import { claimTemplatesOf, claimVolume } from "./claimTemplates";
import { addCopier } from "./copier";
import { mountPaths, placeOf } from "./mounts";
import { nameOf, podTemplateOf, type KubeObject, type PodTemplate } from "./objects";
import { keepSingle, severalPods } from "./single";
import type { AdaptSettings } from "./settings";

type Database = NonNullable<AdaptSettings["database"]>;

/** Why SQLite would have a second writer, or no lasting place. */
export function singleWriterProblems(objects: KubeObject[], { database, podSecurity }: AdaptSettings): string[] {
  if (database === undefined) return [];
  const owner = objects.find((object) => object.metadata.name === database.workload && podTemplateOf(object));
  if (owner === undefined) {
    const workloads = objects.filter((object) => podTemplateOf(object)).map(({ metadata }) => metadata.name);
    return [`database.workload is ${database.workload}, and the chart has ${workloads.join(", ") || "no workloads"}`];
  }
  const others = objects.filter((object) => object !== owner && claimVolume(podTemplateOf(object), database.claim) !== undefined);
  const made = objects.some(({ kind, metadata }) => kind === "PersistentVolumeClaim" && metadata.name === database.claim);
  return [
    ...(made
      ? [
          `the chart makes the claim ${database.claim} itself: give it the platform's in the values (often persistence.existingClaim)`,
        ]
      : []),
    ...ownerProblems(owner, database),
    ...severalPods(objects, owner, "SQLite has one writer"),
    ...others.map((object) => `${nameOf(object)} mounts the claim ${database.claim} too: SQLite has one writer`),
    ...(database.user === 0 && podSecurity === "restricted"
      ? ["database.user is root, which podSecurity: restricted does not allow: name the user of the files, or set baseline"]
      : []),
  ];
}

function ownerProblems(owner: KubeObject, { claim, files }: Database): string[] {
  const name = nameOf(owner);
  if (owner.kind !== "Deployment" && owner.kind !== "StatefulSet") {
    return [`${name} writes SQLite: it has to be a Deployment or a StatefulSet`];
  }
  const template = podTemplateOf(owner)!;
  const volume = claimVolume(template, claim);
  if (volume === undefined) return [notMounted(owner, template, claim, files)];
  if (placeOf(template, files, (one) => one === volume) !== undefined) return [];
  const where = files.length === 1 ? files[0] : `all of ${files.join(", ")} lie in one container`;
  return [
    `${name} does not mount the claim ${claim} where ${where}${files.length === 1 ? " lies" : ""}: it is at ${mountPaths(template, volume)}; correct database.${files.length === 1 ? "file" : "files"}, or the paths in the values`,
  ];
}

function notMounted(owner: KubeObject, template: PodTemplate, claim: string, files: readonly string[]): string {
  const own = claimTemplatesOf(owner);
  if (own.length === 0) {
    return `${nameOf(owner)} does not mount the claim ${claim}: give it to the chart in the values (often persistence.existingClaim)`;
  }
  const templates = own.map((volume) => `${volume} at ${mountPaths(template, volume)}`).join(", ");
  return (
    `${nameOf(owner)} makes its own claims by volumeClaimTemplates (${templates}), and ${files.join(", ")} is not on one of them: ` +
    `correct the path, then the platform's claim ${claim} takes that template's place`
  );
}

/** One writer at any moment, time to stop, and copies beside it. Only for objects without problems. */
export function keepSingleWriter(object: KubeObject, template: PodTemplate, settings: AdaptSettings): void {
  const { database } = settings;
  if (database === undefined || object.metadata.name !== database.workload) return;
  keepSingle(object);
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, "homelab/single-writer": "true" } };
  template.spec.terminationGracePeriodSeconds ??= 30;
  const volume = claimVolume(template, database.claim);
  const place = placeOf(template, database.files, (one) => one === volume);
  if (database.backup !== undefined && place !== undefined) addCopier(template, place, settings);
}
