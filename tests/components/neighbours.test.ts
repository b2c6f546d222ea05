import assert from "node:assert/strict";
import { adapt } from "../../components/services/apps/adapt";
import { parseConfig } from "../../components/configuration";
import { adaptSettings } from "./adaptSettings";
import { chartOf, type AppBlock } from "./apps";
import { recordPlatform } from "./fixtures";
import { assertGraph } from "./graph";
import { deployment } from "./neighbourObjects";
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
    for (const claim of ["one-data", "one-data-backups", "two-data", "two-data-backups"]) {
      assert.ok(claims.includes(`apps/${claim}`), claim);
    }
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

  it("are refused at preview where the chart of one holds what the platform makes for the other", async () => {
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "keys" }, stringData: { A: "sesame" } };
    const charts: RecordOptions["charts"] = ({ release_name }) => (release_name === "one" ? [secret] : []);
    const one = { name: "one", namespace: "apps" };
    const two = { name: "two", namespace: "apps", secrets: [{ name: "keys", keys: [{ key: "A", generate: 16 }] }] };
    await assert.rejects(record([one, two], { preview: true, charts }), /Secret keys is in the app (one|two) too, which shares/);
  });
});
