import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { adapt, hookProblems, type KubeObject } from "../../components/services/apps/adapt";
import { keepObjects } from "../../components/services/apps/keeper";
import { namespaceProtection } from "../../components/services/namespaces/protection";
import type { Protection } from "../../components/config/types";
import { allowDelete } from "../../components/builders";
import { KEEP_ANNOTATION } from "../../kubernetes/data";
import { adaptSettings } from "./adaptSettings";
import { configOf, recordApps } from "./apps";
import { object } from "./objects";
import { record } from "./recorder";

const claim: KubeObject = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "files" }, spec: {} };
const set: KubeObject = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "s" },
  spec: {
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Delete" },
    template: { spec: { securityContext: { runAsUser: 1 }, containers: [{ name: "main", image: "web:1" }] } },
  },
};

function adapted(given: KubeObject, keepsData: boolean): KubeObject {
  const { objects, problems } = adapt([given], adaptSettings({ keepsData }));
  assert.deepEqual(problems, []);
  return objects.find(({ kind }) => kind === given.kind)!;
}

const policy = ({ spec }: KubeObject) => spec?.persistentVolumeClaimRetentionPolicy;

describe("what a chart makes to keep data in", () => {
  it("stays when the app goes, unless its block says otherwise", () => {
    assert.equal(adapted(claim, true).metadata.annotations?.[KEEP_ANNOTATION], "keep");
    assert.equal(adapted(claim, false).metadata.annotations?.[KEEP_ANNOTATION], undefined);
    assert.deepEqual(policy(adapted(set, true)), { whenDeleted: "Retain", whenScaled: "Retain" });
    assert.deepEqual(policy(adapted(set, false)), { whenDeleted: "Delete", whenScaled: "Delete" });
  });

  it("is nothing else", () => {
    const { persistentVolumeClaimRetentionPolicy: _none, ...spec } = set.spec!;
    const adaptedSet = adapted({ ...set, spec }, true);
    assert.equal(policy(adaptedSet), undefined);
    assert.equal(adaptedSet.metadata.annotations?.[KEEP_ANNOTATION], undefined);
  });

  it("is no hook, which helm would delete", () => {
    const [problem] = hookProblems([claim], [], adaptSettings({ keepsData: true }));
    assert.match(problem!, /^PersistentVolumeClaim files is a hook, .* protection: none/);
    assert.deepEqual(hookProblems([claim], [], adaptSettings({ keepsData: false })), []);
  });

  it("is registered so that the engine leaves it, and takes it up again", async () => {
    const options = async (protection: Protection, props: object) => {
      let result: pulumi.ResourceTransformResult | undefined;
      await record(async () => {
        const keeper = new k8s.Provider("keeper", {});
        const args = { custom: true, type: "any", name: "a", props, opts: {} };
        result = await keepObjects(protection, keeper)(args);
      });
      return result?.opts;
    };
    const kept = { ...claim, metadata: { name: "files", annotations: { [KEEP_ANNOTATION]: "keep" } } };
    const retained = await options("retain", kept);
    assert.deepEqual([retained?.retainOnDelete, retained?.protect], [true, false]);
    assert.ok(retained?.provider);
    assert.equal((await options("protect", kept))?.protect, true);
    // A chart's own word counts, but it protects only what holds data.
    assert.equal((await options("protect", { ...kept, kind: "Secret" }))?.protect, false);
    assert.equal((await options("none", kept))?.retainOnDelete, true);
    assert.equal(await options("retain", claim), undefined);
  });
});

describe("an app's namespace", () => {
  const database = (protection: Protection, copies: Protection) => {
    const storage = (level: Protection) => ({ size: "1Gi", protection: level });
    const backup = { every: 1, storage: storage(copies) };
    return { kind: "sqlite", workload: "w", file: "/d/a.db", claim: "c", storage: storage(protection), backup };
  };
  const cases: [string, object, Protection][] = [
    ["no claims of its own: those of the chart", {}, "retain"],
    ["nothing is kept", { protection: "none" }, "none"],
    ["the chart's claims beside a database that goes", { database: database("none", "none") }, "retain"],
    ["copies that stay, of a database that goes", { protection: "none", database: database("none", "retain") }, "retain"],
    ["a protected claim of the chart", { protection: "protect" }, "retain"],
    ["a protected database", { database: database("protect", "retain") }, "protect"],
  ];
  for (const [title, more, expected] of cases) {
    it(`is as protected as what lies in it: ${title}`, () => {
      const [app] = configOf({ name: "web", chart: "./charts/lumina", ...more }).apps;
      assert.equal(namespaceProtection([app!]), expected);
    });
  }

  it("stays with the claims in it", async () => {
    const run = await recordApps([{ name: "web", chart: "oci://charts.example.org/web", version: "1.2.3" }]);
    assert.equal(object(run, "Namespace", "web").recorded.retainOnDelete, true);
  });
});

describe("what the configuration allows to be deleted", () => {
  it("is what has the name, or lies in the namespace, and nothing else", async () => {
    const [lift] = allowDelete(["files", "other/db"]);
    const lifted = async (name: string, namespace?: string) => {
      const given = { custom: true, type: "any", name: "a", props: { metadata: { name, namespace } }, opts: { protect: true } };
      return (await lift!(given))?.opts;
    };
    for (const at of [["files"], ["any", "files"], ["db", "other"]] as [string, string?][]) {
      assert.deepEqual(await lifted(...at), { protect: false, retainOnDelete: false });
    }
    for (const at of [["other"], ["db"], ["any", "other"], ["files", "other"]] as [string, string?][]) {
      assert.equal(await lifted(...at), undefined);
    }
    assert.deepEqual(allowDelete([]), []);
  });
});
