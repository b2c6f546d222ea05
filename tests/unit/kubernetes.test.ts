import assert from "node:assert/strict";
import * as kubernetes from "../../components/builders";
import { quotaLimits } from "../../components/blocks/namespace";

const needs = { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "20m", memory: "32Mi" } };
const probes = kubernetes.httpProbes({ path: "/", port: "http" });

describe("kubernetes builders", () => {
  it("labels: selectors hold only what never changes", () => {
    const selector = { "app.kubernetes.io/name": "registry", "app.kubernetes.io/component": "ui" };
    assert.deepEqual(kubernetes.selectorLabels({ name: "registry", component: "ui" }), selector);
    assert.deepEqual(kubernetes.labels({ name: "registry", component: "ui" }), {
      ...selector,
      "app.kubernetes.io/part-of": "homelab",
      "app.kubernetes.io/managed-by": "pulumi",
    });
    assert.deepEqual(kubernetes.selectorLabels({ name: "registry" }), { "app.kubernetes.io/name": "registry" });
  });

  it("containers: restricted unless a reason is given, which costs only the read-only root", () => {
    const strict = kubernetes.containerSecurityContext();
    assert.deepEqual(strict, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(kubernetes.containerSecurityContext({ writableRoot: true }), { ...strict, readOnlyRootFilesystem: false });
  });

  it("pods: run as the user, who owns the volumes", () => {
    const context = kubernetes.podSecurityContext({ uid: 1000, gid: 1001 });
    assert.deepEqual([context.runAsUser, context.runAsGroup, context.fsGroup], [1000, 1001, 1001]);
    assert.equal(context.runAsNonRoot, true);
  });

  it("pods: no variables of neighbouring Services, no token of the API server", () => {
    const { spec } = kubernetes.podTemplate({ labels: {}, user: { uid: 1, gid: 1 }, containers: [] }) as unknown as {
      spec: Record<string, unknown>;
    };
    assert.equal(spec.enableServiceLinks, false);
    assert.equal(spec.automountServiceAccountToken, false);
    assert.equal(spec.terminationGracePeriodSeconds, 30);
  });

  it("containers: values, and references to secrets", () => {
    const built = kubernetes.container({
      name: "c",
      image: "i",
      probes,
      resources: needs,
      env: { PLAIN: "value", SECRET: { secretName: "s", key: "k" } },
      ports: { http: 80 },
      mounts: { data: { path: "/data" }, config: { path: "/etc/c", readOnly: true } },
    });
    assert.deepEqual(built.env, [
      { name: "PLAIN", value: "value" },
      { name: "SECRET", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
    ]);
    assert.deepEqual(built.ports, [{ name: "http", containerPort: 80, protocol: "TCP" }]);
    assert.deepEqual(built.volumeMounts, [
      { name: "data", mountPath: "/data", readOnly: false },
      { name: "config", mountPath: "/etc/c", readOnly: true },
    ]);
    assert.deepEqual(built.resources, needs);
    assert.ok(built.startupProbe && built.readinessProbe && built.livenessProbe);
  });

  it("probes: quick at the start, patient later", () => {
    assert.deepEqual(probes.startupProbe, {
      httpGet: { path: "/", port: "http" },
      periodSeconds: 1,
      timeoutSeconds: 2,
      failureThreshold: 60,
    });
    const seconds = (probe: { periodSeconds?: unknown; failureThreshold?: unknown }) =>
      Number(probe.periodSeconds) * Number(probe.failureThreshold);
    assert.ok(seconds(probes.livenessProbe) > seconds(probes.readinessProbe));
    assert.equal(kubernetes.httpProbes({ path: "/", port: "p", startSeconds: 5 }).startupProbe.failureThreshold, 5);
  });

  it("network: peers by the label that the API server sets, name lookups by UDP and TCP", () => {
    assert.deepEqual(kubernetes.namespacePeer("a"), {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "a" } },
    });
    assert.deepEqual(kubernetes.namespacePeer("a", { b: "c" }).podSelector, { matchLabels: { b: "c" } });
    assert.deepEqual(kubernetes.podPeer(), { podSelector: { matchLabels: {} } });
    const { ports } = kubernetes.dnsEgress() as { ports: { protocol: string; port: number }[] };
    assert.deepEqual(
      ports.map(({ protocol, port }) => `${protocol}/${port}`),
      ["UDP/53", "TCP/53"],
    );
  });

  it("checksums: change with the content", () => {
    assert.deepEqual(kubernetes.contentChecksum("a"), kubernetes.contentChecksum("a"));
    assert.notDeepEqual(kubernetes.contentChecksum("a"), kubernetes.contentChecksum("b"));
  });

  it("Pod Security: enforces the level, warns of anything below restricted", () => {
    const labels = kubernetes.podSecurityLabels("baseline");
    assert.equal(labels["pod-security.kubernetes.io/enforce"], "baseline");
    assert.equal(labels["pod-security.kubernetes.io/warn"], "restricted");
  });

  const quotas: [string, Parameters<typeof quotaLimits>[0], Record<string, string>][] = [
    ["nothing", { routesOnly: false }, {}],
    ["only routes", { routesOnly: true }, { "services.nodeports": "0", "services.loadbalancers": "0" }],
    [
      "everything",
      {
        routesOnly: false,
        quota: { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" }, storage: "3Gi", pods: 4 },
      },
      {
        "requests.cpu": "1",
        "requests.memory": "1Gi",
        "limits.cpu": "2",
        "limits.memory": "2Gi",
        "requests.storage": "3Gi",
        pods: "4",
      },
    ],
    ["a part", { routesOnly: false, quota: { limits: { memory: "2Gi" } } }, { "limits.memory": "2Gi" }],
  ];
  for (const [name, args, expected] of quotas) it(`quota: ${name}`, () => assert.deepEqual(quotaLimits(args), expected));
});
