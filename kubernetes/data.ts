/*
 * Kinds whose objects are data, or with whose deletion data goes: what has to outlive the stack that made it.
 */

/** By group. A definition goes with every object of its kind, a namespace with everything in it. */
const DATA_KINDS: Record<string, readonly string[]> = {
  "": ["Namespace", "PersistentVolume", "PersistentVolumeClaim"],
  "apiextensions.k8s.io": ["CustomResourceDefinition"],
  "longhorn.io": ["Volume"],
  "objectbucket.io": ["ObjectBucket", "ObjectBucketClaim"],
  "objectstorage.k8s.io": ["Bucket", "BucketClaim"],
  "snapshot.storage.k8s.io": ["VolumeSnapshot", "VolumeSnapshotContent"],
};

export function holdsData({ apiVersion, kind }: { apiVersion: string; kind: string }): boolean {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0]! : "";
  return DATA_KINDS[group]?.includes(kind) ?? false;
}

/** With the value `keep`, helm and Pulumi's charts leave the object in the cluster when its release goes. */
export const KEEP_ANNOTATION = "helm.sh/resource-policy";
