import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { admissionProgram } from "../../lab/admission/program";
import { buildPrograms } from "../../lab/engine/build";
import { labCluster } from "../../cli/clusters/lab";
import { paths, root } from "../../shared/paths";
import { waitFor } from "../../shared/process";
import { deploy } from "../../cli/shared/deploy";
import { openStack } from "../../cli/shared/pulumi";
import { configure, today } from "../../policies/configuration";
import { daysAfter } from "../../policies/exemptions";
import { RULES } from "../../policies/rules";
import { compare } from "../policies/admission/compare";
import { RandomObjects } from "../policies/admission/objects";
import { inLab, kubectl, npm, succeeded, type Result } from "./support";

const OBJECTS = 10_000;
const NAMESPACE = "apps";

describe("the rules in CEL, in the API server's own evaluator", () => {
  let evaluator: string;

  before(async () => {
    evaluator = (await buildPrograms([admissionProgram]))[admissionProgram.name]!;
  });

  it(`judge ${OBJECTS} objects as the checks in TypeScript do`, () => {
    const random = new RandomObjects(20261121);
    const objects = Array.from({ length: OBJECTS }, () => random.next());
    const params = { "image-references": { registries: ["ghcr.io/org", "docker.io/library/"] } };
    const { disagreements, refused, judged } = compare(objects, configure(RULES, params, "2026-01-01"), evaluator);
    assert.deepEqual(disagreements.slice(0, 3), [], `${disagreements.length} disagreements`);
    for (const [rule, count] of Object.entries(judged)) {
      const share = (refused[rule] ?? 0) / count;
      assert.ok(share > 0.05 && share < 0.95, `${rule} refused ${refused[rule]} of ${count}: hardly a comparison`);
    }
  });

  it("judge other parameters as they do", () => {
    const random = new RandomObjects(7);
    const objects = Array.from({ length: OBJECTS / 10 }, () => random.next());
    const params = {
      "image-references": { requireDigest: true, movingTags: ["1"] },
      "container-resources": { maxCpu: "1", maxMemory: "100M", maxCpuRatio: 2.5, maxMemoryRatio: 1 },
      "https-only": { tlsEntryPoints: ["web"], tlsPortNames: ["http"], tlsAppProtocols: [], allowedPorts: ["443/TCP"] },
      "storage-limits": { maxClaim: "1Gi" },
      probes: { required: ["startupProbe"] },
    };
    assert.deepEqual(compare(objects, configure(RULES, params, "2026-01-01"), evaluator).disagreements.slice(0, 3), []);
  });
});

describe("the dev stack with its policies at admission", () => {
  const exemption = {
    reason: "agreed for this test",
    owner: "tests",
    expires: daysAfter(today(), 30),
    rule: "container-resources",
  };

  before("it is deployed", async () => {
    succeeded(npm("lab", "up"));
    mkdirSync(paths.run, { recursive: true });
    const file = join(paths.run, "admission-policies.json");
    const exemptions = [
      { ...exemption, object: { kind: "Deployment", namespace: NAMESPACE, name: "agreed-*" } },
      { ...exemption, object: { kind: "Deployment", namespace: NAMESPACE, name: "late-*" }, expires: "2020-01-01" },
    ];
    writeFileSync(file, JSON.stringify({ settings: { exemptions } }));
    await deploy(openStack("dev", labCluster, { admission: { enabled: true, policies: relative(root, file) } }));
    // The API server takes new policies in with a delay of its own.
    await waitFor(
      () => (create(deployment("probe", { resources: {} })).status === 0 ? undefined : true),
      60,
      () => "The API server never refused anything.",
      1000,
    );
  });

  after(() => {
    succeeded(npm("stop", "--data"));
  });

  const refusals: [string, string, unknown][] = [
    ["a container without limits", "container-resources", deployment("web", { resources: {} })],
    ["an image without a version", "image-references", deployment("web", { image: "registry.example.org/web" })],
    [
      "the container runtime's socket",
      "container-socket",
      deployment("web", {}, {}, { hostPath: { path: "/run/containerd/containerd.sock" } }),
    ],
    ["a second replica of SQLite", "single-writer-sqlite", sqlite("todo", { replicas: 2 })],
    ["a rolling update of SQLite", "single-writer-sqlite", sqlite("todo", { strategy: { type: "RollingUpdate" } })],
    ["a Service that opens plain HTTP", "https-only", object("v1", "Service", { type: "NodePort", ports: [{ port: 80 }] })],
    [
      "a route on the plain entry point",
      "https-only",
      object("traefik.io/v1alpha1", "IngressRoute", {
        entryPoints: ["web"],
        routes: [{ kind: "Rule", match: "Host(`a.test`)", services: [{ name: "web", port: 80 }] }],
      }),
    ],
    [
      "a claim larger than the disk",
      "storage-limits",
      object("v1", "PersistentVolumeClaim", { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "500Gi" } } }),
    ],
    [
      "rights for everything",
      "rbac-wildcards",
      { ...object("rbac.authorization.k8s.io/v1", "Role"), rules: [{ apiGroups: [""], resources: ["*"], verbs: ["*"] }] },
    ],
    [
      "an object that exempts itself by an annotation",
      "container-resources",
      annotated(deployment("web", { resources: {} }), {
        "homelab/exempt": "container-resources",
        "ignore-check.kube-linter.io/all": "mine",
      }),
    ],
    ["an object whose exemption has expired", "container-resources", deployment("late-web", { resources: {} })],
  ];
  for (const [title, rule, bad] of refusals) {
    it(`refuses ${title}, with the rule's message`, () => {
      const result = create(bad);
      assert.notEqual(result.status, 0, result.text);
      assert.match(result.stderr, new RegExp(`denied request: \\[${rule}\\] .*Fix: `));
    });
  }

  const admitted: [string, unknown][] = [
    ["a workload that keeps every rule", deployment("web")],
    ["the single writer of a database", sqlite("todo")],
    ["a Service within the cluster", object("v1", "Service", { ports: [{ port: 80 }] })],
    ["what an exemption of the configuration names", deployment("agreed-web", { resources: {} })],
  ];
  for (const [title, good] of admitted) {
    it(`admits ${title}`, () => {
      succeeded(create(good));
    });
  }

  it("warns where a rule only advises", () => {
    const result = succeeded(create(deployment("web", { readinessProbe: undefined })));
    assert.match(result.stderr, /Warning: .*\[probes\] a container has no readinessProbe/);
  });

  it("lets nobody scale a single writer, and everybody scale the others", () => {
    succeeded(apply(sqlite("todo", { replicas: 0 })));
    succeeded(apply(deployment("web", {}, { replicas: 0 })));
    const scale = (name: string, replicas: number) =>
      kubectl("scale", "deployment", name, "--namespace", NAMESPACE, `--replicas=${replicas}`, "--dry-run=server");
    const refused = kubectl("scale", "deployment", "todo", "--namespace", NAMESPACE, "--replicas=2");
    assert.notEqual(refused.status, 0, refused.text);
    assert.match(refused.stderr, /denied request: \[single-writer-sqlite\] .*leave it at one replica/);
    succeeded(scale("todo", 1));
    succeeded(scale("web", 3));
  });

  it("leaves the platform itself as it was: its objects keep the rules", () => {
    const restarted = kubectl("rollout", "restart", "deployment", "--namespace", "registry");
    succeeded(restarted);
    succeeded(kubectl("rollout", "status", "deployment", "--namespace", "registry", "--timeout=120s"));
  });
});

function object(apiVersion: string, kind: string, spec?: object) {
  return { apiVersion, kind, metadata: { name: "o", namespace: NAMESPACE }, ...(spec ? { spec } : {}) };
}

function deployment(name: string, container: object = {}, spec: object = {}, source: object = { emptyDir: {} }) {
  const labels = { app: name };
  const probe = { tcpSocket: { port: 8080 } };
  const resources = { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "100m", memory: "64Mi" } };
  const template = {
    metadata: { labels },
    spec: {
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "web",
          image: "registry.example.org/web:1.0",
          resources,
          livenessProbe: probe,
          readinessProbe: probe,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          volumeMounts: [{ name: "data", mountPath: "/data" }],
          ...container,
        },
      ],
      volumes: [{ name: "data", ...source }],
    },
  };
  const metadata = { name, namespace: NAMESPACE };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: { replicas: 1, selector: { matchLabels: labels }, template, ...spec },
  };
}

function sqlite(name: string, spec: object = {}) {
  const env = [{ name: "DATABASE_URL", value: "sqlite:////data/app.db" }];
  return deployment(name, { env }, { strategy: { type: "Recreate" }, ...spec }, { persistentVolumeClaim: { claimName: "data" } });
}

function annotated<T extends { metadata: object }>(given: T, annotations: Record<string, string>): T {
  return { ...given, metadata: { ...given.metadata, annotations } };
}

/** Asks the API server for everything but to keep it. */
function create(given: unknown): Result {
  return inLab(["kubectl", "create", "--dry-run=server", "-f", "-"], { input: JSON.stringify(given) });
}

function apply(given: unknown): Result {
  return inLab(["kubectl", "apply", "-f", "-"], { input: JSON.stringify(given) });
}
