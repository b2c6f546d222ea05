/** Kubernetes objects as a corpus for measurements needs them: of every common kind, each faultless by every rule of the pack. */
import type { Random } from "./random";

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  [key: string]: unknown;
}

export interface Container {
  name: string;
  image: string;
  [key: string]: unknown;
}

const WORDS = ["api", "web", "mail", "photo", "music", "wiki", "chat", "feed", "cloud", "print", "media", "notes"];
const CPU = ["100m", "200m", "250m"];
const MEMORY = ["128Mi", "192Mi", "256Mi"];

/** Makes the objects of one corpus; names and hosts never repeat. */
export class Objects {
  private count = 0;

  constructor(
    private readonly random: Random,
    private readonly namespaces: number,
  ) {}

  private meta(): { name: string; namespace: string } {
    const word = this.random.pick(WORDS);
    const name = `${word}-${++this.count}`;
    const namespace = `team-${this.random.below(this.namespaces)}`;
    return { name, namespace };
  }

  container(name = "main"): Container {
    const probe = { httpGet: { path: "/healthz", port: "http" } };
    return {
      name,
      image: `registry.example.org/${this.random.pick(WORDS)}:${this.random.below(9)}.${this.random.below(20)}.1`,
      ports: [{ name: "http", containerPort: 8080 }],
      env: [{ name: "LOG_LEVEL", value: this.random.pick(["info", "warn", "debug"]) }],
      resources: {
        requests: { cpu: this.random.pick(CPU), memory: this.random.pick(MEMORY) },
        limits: { cpu: "1", memory: "512Mi" },
      },
      livenessProbe: probe,
      readinessProbe: probe,
    };
  }

  podSpec(): Record<string, unknown> {
    const containers = [this.container()];
    if (this.random.below(8) === 0) containers.push(this.container("helper"));
    return {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers,
    };
  }

  workload(kind: "Deployment" | "StatefulSet" | "DaemonSet"): Manifest {
    const metadata = this.meta();
    const labels = { app: metadata.name };
    return {
      apiVersion: "apps/v1",
      kind,
      metadata,
      spec: {
        ...(kind === "DaemonSet" ? {} : { replicas: 1 + this.random.below(3) }),
        ...(kind === "StatefulSet" ? { serviceName: metadata.name } : {}),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: this.podSpec() },
      },
    };
  }

  cronJob(): Manifest {
    const spec = { ...this.podSpec(), restartPolicy: "Never" };
    const jobTemplate = { spec: { template: { spec } } };
    return { apiVersion: "batch/v1", kind: "CronJob", metadata: this.meta(), spec: { schedule: "15 3 * * *", jobTemplate } };
  }

  pod(): Manifest {
    return { apiVersion: "v1", kind: "Pod", metadata: this.meta(), spec: this.podSpec() };
  }

  service(): Manifest {
    const metadata = this.meta();
    const ports = [{ name: "http", port: 80, targetPort: "http" }];
    return { apiVersion: "v1", kind: "Service", metadata, spec: { selector: { app: metadata.name }, ports } };
  }

  ingress(): Manifest {
    const metadata = this.meta();
    const host = `${metadata.name}.example.org`;
    const backend = { service: { name: metadata.name, port: { name: "http" } } };
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata,
      spec: {
        ingressClassName: "nginx",
        tls: [{ hosts: [host], secretName: `${metadata.name}-tls` }],
        rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
      },
    };
  }

  ingressRoute(): Manifest {
    const metadata = this.meta();
    const services = [{ name: metadata.name, port: 80 }];
    return {
      apiVersion: "traefik.io/v1alpha1",
      kind: "IngressRoute",
      metadata,
      spec: {
        entryPoints: ["websecure"],
        routes: [{ kind: "Rule", match: `Host(\`${metadata.name}.example.org\`)`, services }],
        tls: { secretName: `${metadata.name}-tls` },
      },
    };
  }

  claim(): Manifest {
    const resources = { requests: { storage: "64Mi" } };
    const spec = { accessModes: ["ReadWriteOnce"], storageClassName: "local-path", resources };
    return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: this.meta(), spec };
  }

  configMap(): Manifest {
    const data = { "app.yaml": "server:\n  port: 8080\n  workers: 4\nlog:\n  level: info\n  format: json\n", MODE: "production" };
    return { apiVersion: "v1", kind: "ConfigMap", metadata: this.meta(), data };
  }

  role(): Manifest {
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list"] }];
    return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: this.meta(), rules };
  }

  /** A policy for every namespace, so that no pod stands open. */
  networkPolicies(): Manifest[] {
    return Array.from({ length: this.namespaces }, (_, index) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "default-deny", namespace: `team-${index}` },
      spec: { podSelector: {}, policyTypes: ["Ingress"] },
    }));
  }
}
