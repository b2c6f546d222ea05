/** Builders for the objects that the add-ons are made of: hardened workloads, their accounts and their services. */

/** Anything that the API server takes. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [field: string]: unknown;
}

/** Where an add-on lives and which one it is: every object of it carries the label `homelab.lab/addon`. */
export interface Addon {
  name: string;
  namespace: string;
}

export interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

export interface Port {
  name: string;
  containerPort: number;
  /** Port of the node that leads here. */
  hostPort?: number;
  protocol?: "TCP" | "UDP";
}

export interface WorkloadArgs {
  name: string;
  image: string;
  args: string[];
  env?: ReadonlyArray<object>;
  ports?: readonly Port[];
  /** The probes: `live` for a program that runs, `ready` for one that can serve; without `ready`, `live` is used for both. */
  probes?: { live: Check; ready?: Check };
  resources: { cpu: [request: string, limit: string]; memory: [request: string, limit: string] };
  volumes?: ReadonlyArray<{ name: string; mountPath: string; source: object }>;
  /** Labels of the pods beyond the add-on's own. */
  podLabels?: Record<string, string>;
  podAnnotations?: Record<string, string>;
  pod?: Record<string, unknown>;
  /** Kernel settings of the pod's own network. */
  sysctls?: Record<string, string>;
  strategy?: "RollingUpdate" | "Recreate";
}

export interface Check {
  path: string;
  /** Name of a port. */
  port: string;
}

/** The user that every add-on runs as; it owns nothing on the node. */
const user = 65532;

export const readOnly = ["get", "list", "watch"];

export function metadata(
  addon: Addon,
  name: string,
  more: Omit<KubernetesObject["metadata"], "name"> = {},
): KubernetesObject["metadata"] {
  return { name, namespace: addon.namespace, ...more, labels: { ...labels(addon, name), ...more.labels } };
}

/** Metadata of an object outside of all namespaces. */
export function clusterMetadata(addon: Addon, name: string, annotations?: Record<string, string>): KubernetesObject["metadata"] {
  return { name, labels: labels(addon, name), ...(annotations && { annotations }) };
}

function labels(addon: Addon, name: string): Record<string, string> {
  return { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "homelab-lab", "homelab.lab/addon": addon.name };
}

/** One pod of one program, non-root, read-only, without capabilities, under the account of its own name. */
export function deployment(addon: Addon, args: WorkloadArgs): KubernetesObject {
  const selector = { "app.kubernetes.io/name": args.name };
  const { cpu, memory } = args.resources;
  const container = {
    name: args.name,
    image: args.image,
    imagePullPolicy: "IfNotPresent",
    args: args.args,
    ...(args.env && { env: args.env }),
    ...(args.ports && { ports: args.ports.map((port) => ({ protocol: "TCP", ...port })) }),
    ...(args.probes && probes(args.probes.live, args.probes.ready ?? args.probes.live)),
    resources: { requests: { cpu: cpu[0], memory: memory[0] }, limits: { cpu: cpu[1], memory: memory[1] } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    ...(args.volumes && { volumeMounts: args.volumes.map(({ name, mountPath }) => ({ name, mountPath })) }),
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(addon, args.name),
    spec: {
      replicas: 1,
      revisionHistoryLimit: 2,
      strategy: { type: args.strategy ?? "RollingUpdate" },
      selector: { matchLabels: selector },
      template: {
        metadata: {
          labels: { ...labels(addon, args.name), ...args.podLabels },
          ...(args.podAnnotations && { annotations: args.podAnnotations }),
        },
        spec: {
          serviceAccountName: args.name,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: user,
            runAsGroup: user,
            seccompProfile: { type: "RuntimeDefault" },
            ...(args.sysctls && { sysctls: Object.entries(args.sysctls).map(([name, value]) => ({ name, value })) }),
          },
          ...args.pod,
          containers: [container],
          ...(args.volumes && { volumes: args.volumes.map(({ name, source }) => ({ name, ...source })) }),
        },
      },
    },
  };
}

/** Quick to notice a start, patient with a busy machine afterwards. */
function probes(live: Check, ready: Check) {
  const check = ({ path, port }: Check) => ({ httpGet: { path, port }, timeoutSeconds: 3 });
  return {
    startupProbe: { ...check(live), periodSeconds: 1, failureThreshold: 120 },
    livenessProbe: { ...check(live), periodSeconds: 15, failureThreshold: 4 },
    readinessProbe: { ...check(ready), periodSeconds: 5, failureThreshold: 2 },
  };
}

export function service(addon: Addon, name: string, spec: Record<string, unknown>, selects = name): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(addon, name),
    spec: { type: "ClusterIP", selector: { "app.kubernetes.io/name": selects }, ...spec },
  };
}

export function configMap(addon: Addon, name: string, data: Record<string, string>): KubernetesObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(addon, name), data };
}

/** The account of a workload with what it may do: everywhere by `cluster`, in its own namespace by `local`. */
export function access(addon: Addon, name: string, rules: { cluster?: Rule[]; local?: Rule[] }): KubernetesObject[] {
  const group = "rbac.authorization.k8s.io";
  const apiVersion = `${group}/v1`;
  const subjects = [{ kind: "ServiceAccount", name, namespace: addon.namespace }];
  const objects: KubernetesObject[] = [{ apiVersion: "v1", kind: "ServiceAccount", metadata: metadata(addon, name) }];
  if (rules.cluster) {
    objects.push(
      { apiVersion, kind: "ClusterRole", metadata: clusterMetadata(addon, name), rules: rules.cluster },
      {
        apiVersion,
        kind: "ClusterRoleBinding",
        metadata: clusterMetadata(addon, name),
        roleRef: { apiGroup: group, kind: "ClusterRole", name },
        subjects,
      },
    );
  }
  if (rules.local) {
    objects.push(
      { apiVersion, kind: "Role", metadata: metadata(addon, name), rules: rules.local },
      {
        apiVersion,
        kind: "RoleBinding",
        metadata: metadata(addon, name),
        roleRef: { apiGroup: group, kind: "Role", name },
        subjects,
      },
    );
  }
  return objects;
}
