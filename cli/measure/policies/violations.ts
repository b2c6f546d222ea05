/** Violations to plant: each spoils one faultless object so that exactly the rules it names have something to say. */
import type { Container, Manifest, Objects } from "./objects";

export interface Violation {
  /** The rules that must find it. */
  rules: string[];
  /** Which of the six demands that other linters are measured by it breaks. */
  six?: "limits" | "latest" | "privileged" | "hostPath" | "probe" | "ingressTls";
  /** The objects to add, in this order; the last is the one that breaks the rule. */
  make: (objects: Objects) => Manifest[];
}

const podOf = (manifest: Manifest) => (manifest.spec as { template: { spec: Pod } }).template.spec;

interface Pod {
  containers: Container[];
  volumes: Record<string, unknown>[];
  [key: string]: unknown;
}

/** A Deployment whose first container, or pod, is spoilt. */
function spoilt(change: (container: Container, pod: Pod, manifest: Manifest) => void) {
  return (objects: Objects): Manifest[] => {
    const manifest = objects.workload("Deployment");
    const pod = podOf(manifest);
    change(pod.containers[0]!, pod, manifest);
    return [manifest];
  };
}

function changed(make: (objects: Objects) => Manifest, change: (spec: Record<string, never> & Manifest) => void) {
  return (objects: Objects): Manifest[] => {
    const manifest = make(objects);
    change(manifest.spec as never);
    return [manifest];
  };
}

/** A Deployment with one replica that keeps SQLite on a claim, as it should be. */
function keepsSqlite(objects: Objects, change: (spec: Record<string, unknown>) => void): Manifest {
  const manifest = objects.workload("Deployment");
  const pod = podOf(manifest);
  const [container] = pod.containers;
  container!.env = [{ name: "DATABASE_URL", value: "sqlite:////data/app.db" }];
  container!.volumeMounts = [{ name: "data", mountPath: "/data" }];
  pod.containers = [container!];
  pod.volumes = [{ name: "data", persistentVolumeClaim: { claimName: `${manifest.metadata.name}-data` } }];
  const spec = manifest.spec as Record<string, unknown>;
  Object.assign(spec, { replicas: 1, strategy: { type: "Recreate" } });
  change(spec);
  return manifest;
}

export const VIOLATIONS: readonly Violation[] = [
  { rules: ["container-resources"], six: "limits", make: spoilt((container) => delete container.resources) },
  {
    rules: ["container-resources"],
    six: "limits",
    make: spoilt((container) => (container.resources = { requests: { cpu: "100m", memory: "64Mi" } })),
  },
  {
    rules: ["image-references"],
    six: "latest",
    make: spoilt((container) => (container.image = "registry.example.org/app:latest")),
  },
  { rules: ["image-references"], six: "latest", make: spoilt((container) => (container.image = "registry.example.org/app")) },
  {
    rules: ["pod-security"],
    six: "privileged",
    make: spoilt((container) => (container.securityContext = { privileged: true })),
  },
  {
    rules: ["pod-security"],
    six: "hostPath",
    make: spoilt((_, pod) => (pod.volumes = [{ name: "host", hostPath: { path: "/srv/data" } }])),
  },
  { rules: ["probes"], six: "probe", make: spoilt((container) => delete container.readinessProbe) },
  { rules: ["probes"], six: "probe", make: spoilt((container) => delete container.livenessProbe) },
  {
    rules: ["https-only"],
    six: "ingressTls",
    make: changed(
      (objects) => objects.ingress(),
      (spec) => delete spec.tls,
    ),
  },
  {
    rules: ["https-only"],
    make: changed(
      (objects) => objects.ingressRoute(),
      (spec) => Object.assign(spec, { entryPoints: ["web"], tls: undefined }),
    ),
  },
  {
    rules: ["https-only"],
    make: changed(
      (objects) => objects.service(),
      (spec) => Object.assign(spec, { type: "LoadBalancer" }),
    ),
  },
  { rules: ["single-writer-sqlite"], make: (objects) => [keepsSqlite(objects, (spec) => (spec.replicas = 2))] },
  { rules: ["single-writer-sqlite"], make: (objects) => [keepsSqlite(objects, (spec) => delete spec.strategy)] },
  {
    rules: ["single-writer-sqlite"],
    make: (objects) => {
      const owner = keepsSqlite(objects, () => undefined);
      const { name, namespace } = owner.metadata;
      const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name };
      const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: 5 };
      return [owner, { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name, namespace }, spec }];
    },
  },
  {
    rules: ["plain-secrets"],
    make: spoilt((container) => (container.env = [{ name: "API_TOKEN", value: "q8Zr2LkP0sVx5TnB" }])),
  },
  {
    rules: ["container-socket", "pod-security"],
    make: spoilt((_, pod) => (pod.volumes = [{ name: "socket", hostPath: { path: "/run/containerd/containerd.sock" } }])),
  },
  {
    rules: ["rbac-wildcards"],
    make: (objects) => {
      const role = objects.role();
      role.rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }];
      return [role];
    },
  },
  {
    rules: ["storage-limits"],
    make: changed(
      (objects) => objects.claim(),
      (spec) => Object.assign(spec, { resources: { requests: { storage: "500Gi" } } }),
    ),
  },
  {
    rules: ["unique-routes"],
    make: (objects) => {
      const [first, second] = [objects.ingressRoute(), objects.ingressRoute()];
      (second.spec as { routes: unknown }).routes = (first.spec as { routes: unknown }).routes;
      return [first, second];
    },
  },
  {
    rules: ["deprecated-apis"],
    make: (objects) => [{ ...objects.cronJob(), apiVersion: "batch/v1beta1" }],
  },
];
