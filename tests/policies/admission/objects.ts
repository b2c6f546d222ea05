/** Objects as an API server could be given them, made at random, for comparing two judges: most of them are at some rule's edge. */
import { Random } from "../../../cli/measure/policies/random";
import { QUANTITIES, IMAGES, TEXTS, NAMES, ARGUMENTS, PATHS, VOLUMES, HOSTS, PORT_NAMES, PORTS } from "./values";

type Value = Record<string, unknown>;

/** Objects by their numbers: the same in every run. */
export class RandomObjects {
  private readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  next(): Value {
    const { random } = this;
    const kind = random.below(10);
    if (kind < 6) return this.workload();
    return random.pick([
      () => this.service(),
      () => this.ingress(),
      () => this.ingress(),
      () => this.route(),
      () => this.gateway(),
      () => this.claim(),
      () => this.rights(),
    ])();
  }

  private pick = <T>(items: readonly T[]): T => this.random.pick(items);
  private maybe = (chance: number): boolean => this.random.below(100) < chance;
  private some = <T>(most: number, make: () => T): T[] => Array.from({ length: this.random.below(most + 1) }, make);
  private with = (chance: number, key: string, make: () => unknown): Value => (this.maybe(chance) ? { [key]: make() } : {});

  private metadata(): Value {
    return {
      name: "o",
      namespace: this.pick(["default", "apps", "apps"]),
      ...this.with(5, "labels", () => ({
        [this.pick(["example.org/single-writer", "single-writer", "notsingle-writer", "x"])]: this.pick(["true", "false", "yes"]),
      })),
    };
  }

  private container(name: string, volumes: readonly string[]): Value {
    const amounts = () => ({
      ...this.with(85, "cpu", () => this.pick(QUANTITIES)),
      ...this.with(85, "memory", () => this.pick(QUANTITIES)),
    });
    const usual = { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "500m", memory: "128Mi" } };
    const probe = { exec: { command: ["true"] } };
    return {
      name,
      image: this.maybe(60) ? "nginx:1.27" : this.pick(IMAGES),
      ...this.with(95, "resources", () =>
        this.maybe(60) ? usual : { ...this.with(90, "requests", amounts), ...this.with(90, "limits", amounts) },
      ),
      ...this.with(85, "livenessProbe", () => probe),
      ...this.with(85, "readinessProbe", () => probe),
      ...this.with(50, "env", () =>
        this.some(3, () =>
          this.maybe(85)
            ? { name: this.pick(NAMES), value: this.pick(TEXTS) }
            : { name: this.pick(NAMES), valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        ),
      ),
      ...this.with(20, "command", () => this.some(2, () => this.pick(ARGUMENTS))),
      ...this.with(20, "args", () => this.some(3, () => this.pick(ARGUMENTS))),
      ...this.with(10, "ports", () => this.some(2, () => this.containerPort())),
      ...(volumes.length > 0
        ? this.with(80, "volumeMounts", () =>
            this.some(3, () => ({
              name: this.pick(volumes),
              mountPath: this.pick(PATHS),
              ...this.with(25, "readOnly", () => this.maybe(70)),
            })),
          )
        : {}),
    };
  }

  private containerPort(): Value {
    return {
      containerPort: this.pick(PORTS),
      ...this.with(50, "hostPort", () => this.pick([0, ...PORTS])),
      ...this.with(60, "name", () => this.pick(PORT_NAMES)),
      ...this.with(30, "hostIP", () => this.pick(["127.0.0.1", "::1", "0.0.0.0"])),
      ...this.with(30, "protocol", () => this.pick(["TCP", "UDP"])),
    };
  }

  private podSpec(templates: readonly string[]): Value {
    const volumes = this.some(3, () => this.pick(VOLUMES)).map((source, index) => ({ name: `v${index}`, ...source }));
    const names = [...volumes.map(({ name }) => name), ...templates, ...(this.maybe(5) ? ["missing"] : [])];
    return {
      containers: [this.container("a", names), ...(this.maybe(20) ? [this.container("b", names)] : [])],
      ...this.with(10, "initContainers", () => [this.container("i", names)]),
      ...this.with(70, "volumes", () => volumes),
      ...this.with(5, "hostNetwork", () => this.maybe(80)),
    };
  }

  private workload(): Value {
    const kind = this.pick([
      "Deployment",
      "Deployment",
      "Deployment",
      "Deployment",
      "StatefulSet",
      "StatefulSet",
      "Pod",
      "DaemonSet",
      "ReplicaSet",
      "ReplicationController",
      "Job",
      "CronJob",
    ]);
    const metadata = this.metadata();
    if (kind === "Pod") return { apiVersion: "v1", kind, metadata, spec: this.podSpec([]) };
    const templates = kind === "StatefulSet" && this.maybe(70) ? ["t0"] : [];
    const template = {
      metadata: { ...this.with(5, "annotations", () => ({ "single-writer": "true" })) },
      spec: this.podSpec(templates),
    };
    const apiVersion = kind === "ReplicationController" ? "v1" : kind === "Job" || kind === "CronJob" ? "batch/v1" : "apps/v1";
    if (kind === "Job") return { apiVersion, kind, metadata, spec: { template } };
    if (kind === "CronJob") {
      const concurrency = this.with(60, "concurrencyPolicy", () => this.pick(["Forbid", "Allow", "Replace"]));
      return { apiVersion, kind, metadata, spec: { ...concurrency, jobTemplate: { spec: { template } } } };
    }
    const spec = {
      ...(kind === "DaemonSet" ? {} : this.with(60, "replicas", () => this.pick([0, 1, 1, 1, 2, 3]))),
      ...(kind === "StatefulSet" ? this.with(40, "persistentVolumeClaimRetentionPolicy", () => this.retention()) : {}),
      ...(kind === "Deployment" ? this.with(70, "strategy", () => this.strategy()) : {}),
      ...(templates.length > 0 ? { volumeClaimTemplates: [this.claimTemplate()] } : {}),
      template,
    };
    return { apiVersion, kind, metadata, spec };
  }

  private strategy(): Value {
    if (this.maybe(60)) return { type: "Recreate" };
    return {
      type: "RollingUpdate",
      ...this.with(70, "rollingUpdate", () => ({ maxSurge: this.pick([0, 1, "0%", "25%", "0"]) })),
    };
  }

  private retention(): Value {
    const policy = () => this.pick(["Retain", "Retain", "Delete"]);
    return { ...this.with(80, "whenDeleted", policy), ...this.with(80, "whenScaled", policy) };
  }

  private claimTemplate(): Value {
    const modes = () => [this.pick(["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany", "ReadWriteOncePod"])];
    return {
      metadata: { name: "t0" },
      spec: {
        ...this.with(90, "accessModes", modes),
        ...this.with(90, "resources", () => this.storage()),
        ...this.with(50, "storageClassName", () => this.pick(["local-path", "NFS-client", "my-nfs", "longhorn", "defsmb"])),
      },
    };
  }

  private storage(): Value {
    return { requests: { ...this.with(95, "storage", () => this.pick(["1Gi", "100Gi", "101Gi", "500G", "0", "much"])) } };
  }

  private claim(): Value {
    return {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: this.metadata(),
      spec: { ...this.with(95, "resources", () => this.storage()) },
    };
  }

  private service(): Value {
    const port = () => ({
      port: this.pick(PORTS),
      ...this.with(70, "name", () => this.pick(PORT_NAMES)),
      ...this.with(20, "appProtocol", () => this.pick(["https", "http", "kubernetes.io/wss"])),
      ...this.with(30, "protocol", () => this.pick(["TCP", "UDP"])),
    });
    const spec = {
      ...this.with(80, "type", () => this.pick(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"])),
      ...this.with(15, "externalIPs", () => this.some(1, () => "192.0.2.1")),
      ...this.with(95, "ports", () => this.some(3, port)),
    };
    return { apiVersion: "v1", kind: "Service", metadata: this.metadata(), spec };
  }

  private ingress(): Value {
    const entry = () => ({
      ...this.with(85, "hosts", () => this.some(2, () => this.pick(HOSTS))),
      ...this.with(90, "secretName", () => this.pick(["s", "s", "s", ""])),
    });
    const annotations = () => ({
      [this.pick([
        "traefik.ingress.kubernetes.io/router.entrypoints",
        "kubernetes.io/ingress.allow-http",
        "nginx.ingress.kubernetes.io/ssl-redirect",
      ])]: this.pick(["websecure", "web", "web, websecure", " websecure ,", "true", "false"]),
    });
    const spec = {
      ...this.with(85, "tls", () => this.some(2, entry)),
      ...this.with(90, "rules", () => this.some(2, () => ({ ...this.with(90, "host", () => this.pick(HOSTS)) }))),
      ...this.with(10, "defaultBackend", () => ({ service: { name: "s" } })),
    };
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { ...this.metadata(), ...this.with(40, "annotations", annotations) },
      spec,
    };
  }

  private route(): Value {
    const kind = this.pick(["IngressRoute", "IngressRoute", "IngressRoute", "IngressRouteTCP", "IngressRouteUDP"]);
    const service = () => ({
      name: this.pick(["web", "noop@internal", "noop@internal"]),
      ...this.with(70, "port", () => this.pick<number | string>([...PORTS, "ssh"])),
    });
    const route = () => ({
      match: "Host(`a`)",
      ...this.with(80, "services", () => this.some(2, service)),
      ...this.with(50, "middlewares", () => this.some(1, () => ({ name: "m" }))),
    });
    const tls = () => ({
      ...this.with(70, "secretName", () => this.pick(["s", ""])),
      ...this.with(15, "certResolver", () => "le"),
      ...this.with(20, "passthrough", () => this.maybe(50)),
    });
    const spec = {
      ...this.with(90, "entryPoints", () => this.some(2, () => this.pick(["websecure", "websecure", "web"]))),
      ...this.with(95, "routes", () => this.some(2, route)),
      ...this.with(80, "tls", tls),
    };
    return {
      apiVersion: this.pick(["traefik.io/v1alpha1", "traefik.containo.us/v1alpha1"]),
      kind,
      metadata: this.metadata(),
      spec,
    };
  }

  private gateway(): Value {
    const tls = () =>
      this.pick<Value>([
        { mode: "Passthrough" },
        { certificateRefs: [{ name: "s" }] },
        { certificateRefs: [] },
        { options: {} },
        {},
      ]);
    const listener = () => ({
      name: "l",
      protocol: this.pick(["HTTP", "HTTPS", "TLS", "TCP", "UDP"]),
      ...this.with(95, "port", () => this.pick(PORTS)),
      ...this.with(80, "tls", tls),
    });
    return {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: this.pick(["Gateway", "Gateway", "ListenerSet"]),
      metadata: this.metadata(),
      spec: { listeners: this.some(2, listener) },
    };
  }

  private rights(): Value {
    const kind = this.pick(["Role", "RoleBinding"]);
    const apiVersion = "rbac.authorization.k8s.io/v1";
    const list = () => this.some(2, () => this.pick(["get", "*", "pods", ""]));
    if (kind === "Role") {
      const rule = () => ({
        ...this.with(90, "verbs", list),
        ...this.with(80, "resources", list),
        ...this.with(80, "apiGroups", list),
      });
      return { apiVersion, kind, metadata: this.metadata(), rules: this.some(2, rule) };
    }
    const subject = () => ({ kind: "Group", name: this.pick(["team", "system:unauthenticated", "system:anonymous"]) });
    return {
      apiVersion,
      kind,
      metadata: this.metadata(),
      roleRef: { name: this.pick(["view", "cluster-admin"]) },
      ...this.with(90, "subjects", () => this.some(2, subject)),
    };
  }
}
