import assert from "node:assert/strict";
import { judgeTraefik } from "../../cli/shared/surroundings/traefik";
import type { Found, NodeObject, Surroundings, TraefikObject } from "../../cli/shared/surroundings/types";
import { parseConfig } from "../../components/configuration";
import { asInput } from "../config/stackFile";

function configured(routing: object, more: object = {}) {
  const result = parseConfig(asInput({ "homelab:context": "home", "homelab:routing": routing, ...more }));
  assert.ok(result.ok, JSON.stringify(result));
  return result.config;
}

const named = (kind: string, name: string, namespace?: string) => ({ kind, metadata: { name, ...(namespace && { namespace }) } });
const pod = (args: string[] = [], more: object = {}): TraefikObject => ({
  ...named("Pod", "traefik-1", "kube-system"),
  spec: { containers: [{ args }], ...more },
});
const service = (spec: TraefikObject["spec"], name = "traefik"): TraefikObject => ({
  ...named("Service", name, "kube-system"),
  spec,
});
const node = (name: string, address: string, podCIDR: string): NodeObject => ({
  ...named("Node", name),
  spec: { podCIDR },
  status: {
    addresses: [
      { type: "Hostname", address: name },
      { type: "InternalIP", address },
    ],
  },
});

const K3S = [
  "--entryPoints.web.address=:8000/tcp",
  "--entryPoints.websecure.address=:8443/tcp",
  "--providers.kubernetescrd",
  "--providers.kubernetescrd.allowCrossNamespace=true",
];
const NAMESPACE: Found = named("Namespace", "kube-system");
const TWO = [node("a", "192.168.1.10", "10.42.0.0/24"), node("b", "192.168.1.11", "10.42.1.0/24")];
const balanced = (externalTrafficPolicy: string, type = "LoadBalancer") => service({ type, externalTrafficPolicy });

function judged(traefik: TraefikObject[], routing: object = {}, around: Partial<Surroundings> = {}, more: object = {}): string[] {
  const given = { references: [], own: [], found: [NAMESPACE], elsewhere: [], traefik, nodes: [], ...around };
  return judgeTraefik(configured(routing, more), given, "kubectl").map(
    ({ verdict, kind, object, what }) => `${verdict}: ${kind} ${object} ${what}`,
  );
}

describe("what a stack asks of Traefik, beside the Traefik that there is", () => {
  const ranges = { allowedRanges: ["192.168.0.0/16"] };
  const table: [string, () => string[], RegExp[]][] = [
    ["all is as K3s has it", () => judged([pod(K3S), balanced("Cluster")]), []],
    ["its settings are not in its arguments", () => judged([pod()]), []],
    ["no pod runs there", () => judged([]), [/^warning: Namespace kube-system runs no pod .* 504/]],
    ["the namespace itself is told elsewhere", () => judged([], {}, { found: [] }), []],
    [
      "an entry point has another name",
      () => judged([pod(K3S)], { entryPoint: "https" }),
      [/^warning: Pod kube-system\/traefik-1 has no entry point https \(homelab:routing\.entryPoint\).* It has web, websecure$/],
    ],
    [
      "it reads routes of a class",
      () => judged([pod([...K3S, "--providers.kubernetesCRD.ingressClass=internal"])]),
      [/reads only routes of the class internal/],
    ],
    [
      "it reads routes of some namespaces",
      () => judged([pod([...K3S, "--providers.kubernetescrd.namespaces=default,media"])]),
      [/looks for routes in default, media alone: add registry /],
    ],
    ["it runs in the network of the only node", () => judged([pod(K3S, { hostNetwork: true })], {}, { nodes: TWO.slice(1) }), []],
    [
      "it runs in the network of one of two nodes",
      () => judged([pod(K3S, { hostNetwork: true })], {}, { nodes: TWO }),
      [/traefikAddresses: \[192\.168\.1\.10\/32, 10\.42\.0\.0\/31, 192\.168\.1\.11\/32, 10\.42\.1\.0\/31\]$/],
    ],
    [
      "the addresses of its nodes are let in",
      () => judged([pod(K3S, { hostNetwork: true })], { traefikAddresses: ["192.168.1.10/32"] }, { nodes: TWO }),
      [],
    ],
    [
      "ranges are asked for behind K3s's load balancer",
      () => judged([pod(K3S), balanced("Cluster")], ranges, { k3s: true }),
      [/^warning: Service kube-system\/traefik has externalTrafficPolicy: Cluster.*Set homelab:routing\.tuneTraefik: true/],
    ],
    [
      "ranges of the emulator, behind the load balancer of a Traefik of one's own",
      () =>
        judged(
          [pod(K3S), balanced("Cluster")],
          {},
          {},
          { "homelab:localstack": { enabled: true, allowedRanges: ["10.0.0.0/8"] } },
        ),
      [/Set service\.spec\.externalTrafficPolicy: Local .*patch service traefik/],
    ],
    ["the load balancer keeps the sender", () => judged([pod(K3S), balanced("Local")], ranges), []],
    ["Traefik holds the nodes' ports itself", () => judged([pod(K3S), balanced("Cluster", "ClusterIP")], ranges), []],
    [
      "this deployment sets it",
      () => judged([pod(K3S), balanced("Cluster")], { ...ranges, tuneTraefik: true }, { k3s: true }),
      [],
    ],
    [
      "a proxy in front tells the sender",
      () => judged([pod([...K3S, "--entryPoints.websecure.proxyProtocol.trustedIPs=10.0.0.1"]), balanced("Cluster")], ranges),
      [],
    ],
    [
      "the platform's own Service is its own matter",
      () => judged([pod(K3S), service({ type: "NodePort" }, "homelab-https")], ranges),
      [],
    ],
    [
      "K3s runs without its Traefik",
      () => judged([pod(K3S)], { tuneTraefik: true }, { k3s: false }),
      [/^warning: HelmChartConfig kube-system\/traefik has no effect/],
    ],
    [
      "somebody else tells K3s's Traefik its settings",
      () => judged([pod(K3S)], { tuneTraefik: true }, { k3s: true, tuned: named("HelmChartConfig", "traefik") }),
      [/^refused: HelmChartConfig kube-system\/traefik is there already and not this stack's/],
    ],
    [
      "this stack told it before",
      () =>
        judged(
          [pod(K3S)],
          { tuneTraefik: true },
          {
            k3s: true,
            tuned: { kind: "HelmChartConfig", metadata: { name: "traefik", labels: { "app.kubernetes.io/part-of": "homelab" } } },
          },
        ),
      [],
    ],
    ["nothing is served", () => judged([], {}, {}, { "homelab:registry": { enabled: false } }), []],
  ];
  for (const [what, judge, expected] of table) {
    it(what, () => {
      const lines = judge();
      assert.equal(lines.length, expected.length, lines.join("\n"));
      expected.forEach((words, i) => assert.match(lines[i]!, words));
    });
  }
});
