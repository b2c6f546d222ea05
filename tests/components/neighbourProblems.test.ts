import assert from "node:assert/strict";
import type { KubeObject } from "../../components/services/apps/adapt";
import { neighbourProblems } from "../../components/services/apps/neighbours";
import { deployment, type Labels } from "./neighbourObjects";

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
