import assert from "node:assert/strict";
import { adapt, hookProblems, type AdaptSettings, type KubeObject } from "../../components/services/apps/adapt";
import { adaptSettings } from "./adaptSettings";

/* Ports of an app that are reached from outside without a route (`expose`). */

type Exposure = AdaptSettings["expose"][number];
type Spec = NonNullable<KubeObject["spec"]>;

const ports = [
  { name: "dns", port: 53, targetPort: "domain", protocol: "UDP" },
  { name: "dns-tcp", port: 53, targetPort: "domain", nodePort: 30053 },
  { name: "web", port: 80, targetPort: 8080 },
];

function service(spec: object = {}, metadata: object = {}): KubeObject {
  const given = { selector: { app: "pihole" }, ports, ...spec } as Spec;
  return { apiVersion: "v1", kind: "Service", metadata: { name: "pihole", ...metadata }, spec: given };
}

function run(object: KubeObject, exposure: Partial<Exposure> = {}) {
  const expose = [{ service: "pihole", ports: ["53"], allowedRanges: [], ...exposure }];
  const { objects, problems } = adapt([object], adaptSettings({ expose }));
  const named = (kind: string, name: string) => objects.find((one) => one.kind === kind && one.metadata.name === name);
  return {
    problems,
    own: named("Service", "pihole"),
    opened: named("Service", "pihole-exposed"),
    policy: named("NetworkPolicy", "pihole-exposed"),
  };
}

describe("an exposed port", () => {
  it("has a Service of its own, with that port alone, and the chart's Service stays inside", () => {
    const { problems, own, opened } = run(
      service({ type: "LoadBalancer", loadBalancerIP: "192.0.2.7", externalTrafficPolicy: "Cluster" }),
    );
    assert.deepEqual(problems, []);
    assert.equal(own!.spec!.type, "ClusterIP");
    assert.deepEqual(
      own!.spec!.ports,
      ports.map(({ nodePort: _nodePort, ...port }) => port),
    );
    assert.deepEqual([own!.spec!.loadBalancerIP, own!.spec!.externalTrafficPolicy], [undefined, undefined]);
    assert.deepEqual(opened!.spec!.ports, ports.slice(0, 2));
    assert.deepEqual([opened!.spec!.type, opened!.spec!.loadBalancerIP], ["LoadBalancer", "192.0.2.7"]);
    assert.deepEqual(opened!.spec!.selector, { app: "pihole" });
  });

  it("keeps what a load balancer reads in labels and annotations, and takes no address of the chart's", () => {
    const metadata = { annotations: { "metallb.io/address-pool": "lan" }, labels: { app: "pihole" } };
    const { opened } = run(service({ clusterIP: "None", clusterIPs: ["None"] }, metadata));
    assert.equal(opened!.metadata.annotations!["metallb.io/address-pool"], "lan");
    assert.deepEqual(opened!.metadata.labels, { app: "pihole" });
    assert.deepEqual([opened!.spec!.clusterIP, opened!.spec!.clusterIPs], [undefined, undefined]);
  });

  const meant: [string[], string[]][] = [
    [["dns"], ["dns"]],
    [["53"], ["dns", "dns-tcp"]],
    [["53/tcp"], ["dns-tcp"]],
    [
      ["53/udp", "web"],
      ["dns", "web"],
    ],
  ];
  for (const [declared, names] of meant) {
    it(`is meant by ${declared.join(" and ")}: ${names.join(", ")}`, () => {
      assert.deepEqual(
        run(service(), { ports: declared }).opened!.spec!.ports!.map(({ name }) => name),
        names,
      );
    });
  }

  const types: [string, string | undefined, Exposure["type"], string][] = [
    ["is a LoadBalancer where the chart has neither", undefined, undefined, "LoadBalancer"],
    ["stays a NodePort of the chart", "NodePort", undefined, "NodePort"],
    ["is what the block says", "LoadBalancer", "NodePort", "NodePort"],
  ];
  for (const [title, type, chosen, expected] of types) {
    it(title, () => assert.equal(run(service({ type }), { type: chosen }).opened!.spec!.type, expected));
  }

  it("is let through to the ports on which the Service's pods listen, from anywhere", () => {
    assert.deepEqual(run(service()).policy!.spec, {
      podSelector: { matchLabels: { app: "pihole" } },
      policyTypes: ["Ingress"],
      ingress: [
        {
          ports: [
            { protocol: "UDP", port: "domain" },
            { protocol: "TCP", port: "domain" },
          ],
        },
      ],
    });
    const { policy } = run(service({ ports: [{ port: 22 }] }), { ports: ["22"] });
    assert.deepEqual(policy!.spec!.ingress, [{ ports: [{ protocol: "TCP", port: 22 }] }]);
  });

  const from = (policy: KubeObject | undefined) => (policy!.spec!.ingress as { from?: object[] }[])[0]!.from;

  it("is closed to what is outside the ranges, whose sender the node does not hide", () => {
    const { opened, policy } = run(service(), { allowedRanges: ["192.168.1.0/24", "fd00::/8"] });
    assert.deepEqual(opened!.spec!.loadBalancerSourceRanges, ["192.168.1.0/24", "fd00::/8"]);
    assert.equal(opened!.spec!.externalTrafficPolicy, "Local");
    assert.deepEqual(from(policy)!.slice(0, 2), [{ ipBlock: { cidr: "192.168.1.0/24" } }, { ipBlock: { cidr: "fd00::/8" } }]);
    assert.match(JSON.stringify(from(policy)![2]), /kube-system.*svccontroller\.k3s\.cattle\.io\/svcname":"pihole-exposed"/);
  });

  it("on the nodes alone has its ranges in the network policy", () => {
    const { opened, policy } = run(service(), { allowedRanges: ["192.168.1.0/24"], type: "NodePort" });
    assert.deepEqual([opened!.spec!.loadBalancerSourceRanges, opened!.spec!.externalTrafficPolicy], [undefined, "Local"]);
    assert.deepEqual(from(policy), [{ ipBlock: { cidr: "192.168.1.0/24" } }]);
  });

  it("becomes ready in the time that the block gives", () => {
    assert.equal(run(service()).opened!.metadata.annotations!["pulumi.com/timeoutSeconds"], "60");
  });

  const refused: [string, KubeObject, Partial<Exposure>, RegExp][] = [
    [
      "of a Service that is not there",
      service(),
      { service: "dns" },
      /expose names the Service dns, and the chart has pihole \(dns 53\/udp, dns-tcp 53\/tcp, web 80\/tcp\)$/,
    ],
    [
      "of a Service elsewhere",
      service({}, { namespace: "other" }),
      {},
      /expose names the Service pihole, and the chart has no Service/,
    ],
    [
      "that the Service does not have",
      service(),
      { ports: ["53", "5353"] },
      /expose names the port 5353 of the Service pihole, which has dns 53\/udp/,
    ],
    ["of a Service without pods", service({ selector: undefined }), {}, /Service pihole selects no pods/],
    ["of an alias", service({ type: "ExternalName", selector: undefined, ports: undefined }), {}, /selects no pods/],
  ];
  for (const [what, object, exposure, words] of refused) {
    it(`is refused: one ${what}`, () => {
      const found = run(object, exposure).problems.filter((problem) => words.test(problem));
      assert.equal(found.length, 1, run(object, exposure).problems.join("\n"));
    });
  }
});

describe("a port that nobody declared", () => {
  const problems = (object: KubeObject) => adapt([object], adaptSettings()).problems;

  const refused: [string, object, RegExp][] = [
    [
      "a LoadBalancer",
      { type: "LoadBalancer" },
      /is of type LoadBalancer: .*expose: \[\{ service: pihole, ports: \[dns, dns-tcp, web\], reason: \.\.\. \}\]/,
    ],
    [
      "a NodePort",
      { type: "NodePort", ports: [{ port: 1883 }] },
      /opens a port on every node \(one that the cluster chooses\): .*ports: \[1883\/tcp\]/,
    ],
    ["an address of its own", { externalIPs: ["192.0.2.7"] }, /takes an address of its own \(externalIPs\)/],
  ];
  for (const [what, spec, words] of refused) {
    it(`is refused, with the declaration to paste: ${what}`, () => {
      const [found, ...others] = problems(service(spec));
      assert.match(found!, words);
      assert.deepEqual(others, []);
    });
  }

  it("is no problem inside the cluster", () => assert.deepEqual(problems(service()), []));

  it("is refused of a hook, which no declaration reaches", () => {
    const [found] = hookProblems([service({ type: "LoadBalancer" })], [], adaptSettings());
    assert.match(found!, /is of type LoadBalancer: set it to ClusterIP in the values, and set route$/);
  });
});
