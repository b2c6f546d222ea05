import assert from "node:assert/strict";
import { adapt, type KubeObject } from "../../components/apps/adapt";
import { parseConfig } from "../../components/config";
import { neighbourProblems } from "../../components/apps/neighbours";
import { adaptSettings } from "./adaptSettings";
import { chartOf, type AppBlock } from "./apps";
import { recordPlatform } from "./fixtures";
import { assertGraph } from "./graph";
import { object, objects } from "./objects";
import type { RecordOptions } from "./recorder";

/* Apps that share a namespace (`namespaces` declares it). */

const chart = "./tests/fixtures/charts/writer";
const storage = { size: "1Gi" };
const database = (claim: string, more: object = {}) => ({
  kind: "sqlite",
  workload: "web",
  file: "/data/app.db",
  claim,
  storage: { ...storage, ...more },
  backup: { every: 24, storage },
});

/** A platform with these apps; `apps` of its namespaces is for sharing, with a pull secret, and `games` without one. */
function record(blocks: AppBlock[], options: RecordOptions = {}) {
  return recordPlatform((config) => {
    const values = {
      "homelab:context": "any",
      "homelab:domain": "example.test",
      "homelab:namespaces": JSON.stringify(config.namespaces.map(({ name }) => ({ name }))),
      "homelab:apps": JSON.stringify(blocks.map((block) => ({ chart, ...block }))),
    };
    const parsed = parseConfig({ project: "homelab", stack: "test", values, secretKeys: new Set() });
    assert.ok(parsed.ok, JSON.stringify(parsed));
    config.apps = parsed.config.apps;
  }, options);
}

const both: AppBlock[] = [
  { name: "one", namespace: "apps", database: database("one-data") },
  {
    name: "two",
    namespace: "apps",
    database: database("two-data", { protection: "none" }),
    secrets: [{ name: "keys", keys: [{ key: "A", generate: 16 }] }],
  },
];

describe("two apps in one namespace", () => {
  it("have it once, with its pull secret, kept as long as what the strictest of them keeps", async () => {
    const run = await record(both);
    assertGraph(run);
    const named = run.resources.filter(({ type }) => type === "kubernetes:core/v1:Namespace");
    const shared = named.filter(({ name }) => /namespace-apps|app-(one|two)/.test(name));
    assert.deepEqual(
      shared.map(({ name, retainOnDelete }) => [name, retainOnDelete]),
      [["homelab-namespace-apps-namespace", true]],
    );
    const pulls = objects(run, "Secret").filter(
      ({ metadata }) => metadata.name === "registry-pull" && metadata.namespace === "apps",
    );
    assert.equal(pulls.length, 1);
    const claims = objects(run, "PersistentVolumeClaim").map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    for (const claim of ["one-data", "one-data-backups", "two-data", "two-data-backups"])
      assert.ok(claims.includes(`apps/${claim}`), claim);
  });

  it("come after it", async () => {
    const run = await record(both);
    const app = run.resources.find(({ name }) => name === "homelab-app-two-secret-keys")!;
    assert.ok(
      app.dependencies.some((urn) => urn.endsWith("::homelab-namespace-apps-namespace")),
      String(app.dependencies),
    );
  });

  it("leave each other's resources and the namespace alone when one goes", async () => {
    const [before, after] = [await record(both), await record([both[0]!])];
    const left = new Map(after.resources.map((resource) => [resource.urn, resource]));
    const gone = before.resources.filter(({ urn }) => !left.has(urn)).map(({ name }) => name);
    assert.ok(gone.length > 0 && gone.every((name) => name.startsWith("homelab-app-two")), gone.join(", "));
    // Of a chart, the name of a temporary file differs.
    for (const { urn, type, inputs } of before.resources) {
      if (left.has(urn) && !type.endsWith(":Chart")) assert.deepEqual(left.get(urn)!.inputs, inputs, urn);
    }
  });

  it("pull with the namespace's secret, and with none where it has none", async () => {
    const run = await record([both[0]!, { name: "three", namespace: "games" }, { name: "four" }]);
    const pullSecretOf = (app: string) => {
      const { args } = chartOf(run, app).postRenderer;
      return (JSON.parse(args[1]!) as { pullSecret?: string }).pullSecret;
    };
    assert.deepEqual(["one", "three", "four"].map(pullSecretOf), ["registry-pull", undefined, "registry-pull"]);
  });

  it("are opened to others, and others to them, by the label of their pods", async () => {
    const run = await record([
      { name: "one", namespace: "apps", allowFrom: ["alone"] },
      { name: "two", namespace: "apps" },
      { name: "alone", allowFrom: ["two"] },
    ]);
    const place = (namespace: string) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } });
    const policyTypes = ["Ingress"];
    assert.deepEqual(object(run, "NetworkPolicy", "one-allow-from").spec, {
      podSelector: { matchLabels: { "homelab/app": "one" } },
      policyTypes,
      ingress: [{ from: [place("alone")] }],
    });
    const two = { podSelector: { matchLabels: { "homelab/app": "two" } } };
    assert.deepEqual(object(run, "NetworkPolicy", "alone-allow-from").spec, {
      podSelector: {},
      policyTypes,
      ingress: [{ from: [{ ...place("apps"), ...two }] }],
    });
  });

  it("have that label on their pods, beside the chart's own", () => {
    const labelsOf = (shared: boolean) => {
      const { objects: adapted } = adapt([deployment("web", { app: "web" })], adaptSettings({ shared }));
      return adapted[0]!.spec!.template!.metadata!.labels;
    };
    assert.deepEqual(labelsOf(true), { app: "web", "homelab/app": "a" });
    assert.deepEqual(labelsOf(false), { app: "web" });
  });

  for (const install of ["chart", "release"]) {
    it(`are refused at preview for one object of both, installed as ${install}`, async () => {
      const charts: RecordOptions["charts"] = ({ release_name }) =>
        release_name === "probe" ? [] : [deployment("web", { app: release_name })];
      const blocks = both.map((block) => ({ name: block.name, namespace: block.namespace, install }));
      // In namespaces of their own there is nothing to refuse.
      await record(
        blocks.map(({ namespace: _namespace, ...block }) => block),
        { preview: true, charts },
      );
      await assert.rejects(record(blocks, { preview: true, charts }), (error: Error) => {
        assert.match(
          error.message,
          /The app (one|two) cannot be deployed.*\n.*Deployment web is in the app (one|two) too, which shares the namespace apps/,
        );
        return true;
      });
    });
  }
});

type Labels = Record<string, string>;

function deployment(name: string, labels: Labels, spec: object = {}): KubeObject {
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: "main", image: "web:1" }], securityContext: { runAsUser: 1000 } },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  } as unknown as KubeObject;
}

const service = (name: string, selector?: Labels): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector },
});
const selecting = (kind: string, spec: object): KubeObject => ({
  apiVersion: "x/v1",
  kind,
  metadata: { name: "rule" },
  spec: spec as KubeObject["spec"],
});

describe("what keeps two apps apart in one namespace", () => {
  const common = { "app.kubernetes.io/name": "web" };
  const one = { ...common, "app.kubernetes.io/instance": "one" };
  const two = { ...common, "app.kubernetes.io/instance": "two" };
  const elsewhere = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, namespace: "elsewhere" } });

  const cases: [what: string, newcomer: KubeObject[], other: KubeObject[], words: RegExp[]][] = [
    [
      "nothing, where names and labels differ",
      [deployment("two", two), service("two", two)],
      [deployment("one", one), service("one", one)],
      [],
    ],
    [
      "an object of both",
      [service("web", two)],
      [service("web", one)],
      [/^Service web is in the app b too, which shares the namespace shared: give one/],
    ],
    [
      "an object of both in another version of its API",
      [deployment("web", two)],
      [{ ...deployment("web", one), apiVersion: "apps/v1beta1" }],
      [/^Deployment web is in/],
    ],
    [
      "no object of the same name of another kind, or group",
      [service("web", two)],
      [deployment("web", one), { ...service("web", one), apiVersion: "serving.example/v1" }],
      [],
    ],
    [
      "no object that goes into another namespace",
      [elsewhere(service("web", common))],
      [service("web", one), deployment("one", one)],
      [],
    ],
    [
      "a Service that selects the other's pods",
      [service("two", common), deployment("two", two)],
      [deployment("one", one)],
      [/^Service two selects the pods of Deployment one of the app b too/],
    ],
    [
      "a Service of the other that selects its pods",
      [deployment("two", two)],
      [service("one", common)],
      [/^Service one of the app b selects the pods of Deployment two of the app a too/],
    ],
    ["no Service without a selector", [service("two"), service("three", {})], [deployment("one", one)], []],
    [
      "a workload that selects the other's pods",
      [deployment("two", common)],
      [deployment("one", one)],
      [/^Deployment two selects the pods of Deployment one/],
    ],
    [
      "a policy for every pod",
      [selecting("NetworkPolicy", { podSelector: {} })],
      [deployment("one", one)],
      [/^NetworkPolicy rule selects the pods of Deployment one/],
    ],
    [
      "a budget for every pod",
      [selecting("PodDisruptionBudget", { selector: {} })],
      [deployment("one", one)],
      [/^PodDisruptionBudget rule selects/],
    ],
    [
      "no policy for its own pods",
      [selecting("NetworkPolicy", { podSelector: { matchLabels: two } })],
      [deployment("one", one)],
      [],
    ],
    [
      "no selector that only the API server can read",
      [selecting("NetworkPolicy", { podSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] } })],
      [deployment("one", one)],
      [],
    ],
    [
      "nothing of objects without a name or a spec",
      [
        { apiVersion: "v1", kind: "Service" } as KubeObject,
        { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "x" } },
      ],
      [deployment("one", one)],
      [],
    ],
  ];
  for (const [what, newcomer, other, words] of cases) {
    it(`is ${what}`, () => {
      const namespace = "shared";
      const found = neighbourProblems({ app: "a", namespace, objects: newcomer }, { app: "b", namespace, objects: other });
      assert.equal(found.length, words.length, found.join("\n"));
      words.forEach((word, i) => assert.match(found[i]!, word));
    });
  }

  it("is nothing in different namespaces", () => {
    const objects = [service("web", common), deployment("web", common)];
    assert.deepEqual(neighbourProblems({ app: "a", namespace: "a", objects }, { app: "b", namespace: "b", objects }), []);
  });
});
