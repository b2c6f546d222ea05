/**
 * Which changes the API server cannot make in place, so that the object has to be replaced.
 * Source: the observed answers of the official plugin (tests/e2e/provider/provider-behaviour.json) and the immutable
 * fields that Kubernetes' own validation names (pkg/apis/<group>/validation).
 */
import { isConfigMap, isSecret, kindOf, type KubeObject } from "./objects";
import { isMap, type PropertyValue } from "./values";

export interface Mutability {
  /** Change a Secret's data in place instead of replacing it. */
  secrets: boolean;
  configMaps: boolean;
}

const VOLUME_SOURCES = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];
const POD_FIELDS = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
];
const CONTAINER_FIELDS = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
];

const spec = (...fields: string[]): string[] => fields.map((field) => `spec.${field}`);

/** By `group/Kind`; `*` stands for any index of a list. */
const RULES: Record<string, string[]> = {
  "apps/DaemonSet": spec("selector"),
  "apps/Deployment": spec("selector"),
  "apps/StatefulSet": spec("podManagementPolicy", "revisionHistoryLimit", "selector", "serviceName", "volumeClaimTemplates"),
  "batch/Job": spec("completions", "parallelism", "selector", "template"),
  "/PersistentVolume": spec(...VOLUME_SOURCES),
  "/PersistentVolumeClaim": spec("accessModes", "selector", "storageClassName", "volumeName"),
  "/Pod": [
    ...spec(...POD_FIELDS),
    ...["containers", "initContainers"].flatMap((held) => CONTAINER_FIELDS.map((field) => `spec.${held}.*.${field}`)),
  ],
  "/ResourceQuota": spec("scopes"),
  "/Service": spec("clusterIP"),
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
};

/** The paths, as lists of steps, whose change replaces the object. */
export function replacingPaths(object: KubeObject, mutable: Mutability): string[][] {
  const { group, kind } = kindOf(object);
  return ["metadata.name", "metadata.namespace", ...rulesOf()].map((path) => path.split("."));

  function rulesOf(): string[] {
    const immutable = object.immutable === true;
    if (isSecret(object)) return immutable || !mutable.secrets ? ["type", "stringData", "data"] : ["type"];
    if (isConfigMap(object)) return immutable || !mutable.configMaps ? ["binaryData", "data"] : [];
    return RULES[`${group}/${kind}`] ?? [];
  }
}

/**
 * Whether a change at `path` touches one of the replacing paths: it lies at or below one, or it is a whole subtree
 * (`value`, its new content) that contains one.
 */
export function replaces(rules: string[][], path: readonly (string | number)[], value?: PropertyValue): boolean {
  return rules.some((rule) => {
    const shared = Math.min(rule.length, path.length);
    for (let i = 0; i < shared; i++) if (rule[i] !== path[i] && rule[i] !== "*") return false;
    return rule.length <= path.length || contains(value, rule.slice(path.length));
  });
}

function contains(value: PropertyValue | undefined, rule: string[]): boolean {
  if (rule.length === 0) return value !== undefined;
  const [step = "", ...rest] = rule;
  if (step === "*") return Array.isArray(value) && value.some((part) => contains(part, rest));
  return isMap(value) && step in value && contains(value[step], rest);
}
