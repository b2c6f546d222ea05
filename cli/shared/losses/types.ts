/** What is known of data, and findings about it. */
import type { Change, Declared } from "./changes";

export interface LiveClaim {
  metadata: {
    name: string;
    namespace: string;
    deletionTimestamp?: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
    ownerReferences?: { kind: string; name: string }[];
  };
  spec: { volumeName?: string; storageClassName?: string; accessModes?: string[]; resources?: object };
  status?: { capacity?: { storage?: string } };
}

export interface LivePod {
  metadata: { name: string; namespace: string };
  spec: {
    nodeName?: string;
    containers: { name: string; volumeMounts?: { name: string; mountPath: string }[] }[];
    volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[];
  };
  status?: { phase?: string };
}

export interface LiveClass {
  metadata: { name: string };
  provisioner: string;
  allowVolumeExpansion?: boolean;
}

export interface LiveVolume {
  metadata: { name: string; deletionTimestamp?: string };
  spec: {
    storageClassName?: string;
    accessModes?: string[];
    persistentVolumeReclaimPolicy?: string;
    claimRef?: { namespace: string; name: string };
    hostPath?: object;
    local?: object;
  };
}

/** What the cluster has; undefined where nobody could be asked. */
export interface Live {
  claims: LiveClaim[];
  pods: LivePod[];
  classes: LiveClass[];
  volumes: LiveVolume[];
}

export interface Finding {
  /** Of the resource that the engine knows it as. */
  urn: string;
  /** `lost`, `replaced`, `left` are refused unless they are allowed; `impossible` always; `kept` is only reported. */
  verdict: "lost" | "replaced" | "left" | "impossible" | "kept";
  /** The name by which it is allowed: `namespace/name`, or the name alone of what lies in no namespace. */
  name: string;
  kind: string;
  namespace?: string;
  /** What the deployment would do, as the end of a sentence about the object. */
  words: string;
  /** What to do instead, where it is not what the verdict says. */
  remedy?: string;
  /** Claims of the cluster that are at stake, as `namespace/name`. */
  claims: string[];
}

/** What a deployment makes beside an object. */
export interface Beside {
  /** What the same app has of the kind and had not before: perhaps the same thing under another name. */
  fresh: readonly string[];
  /** Storage classes. */
  classes: readonly string[];
}

export const fullName = ({ metadata: { name, namespace } }: Declared) =>
  namespace === undefined ? name : `${namespace}/${name}`;

export const join = (names: readonly string[]) => names.join(", ");

/** The beginning of a finding. */
export function about({ urn, object }: Change): Pick<Finding, "urn" | "name" | "kind" | "namespace"> {
  const { namespace } = object.metadata;
  return { urn, name: fullName(object), kind: object.kind, ...(namespace !== undefined && { namespace }) };
}
