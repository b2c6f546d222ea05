import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { adapt, hookProblems, type KubeObject } from "../../components/services/apps/adapt";
import { nullPaths } from "../../components/services/apps/release/nulls";
import { rendererPath } from "../../components/services/apps/release/program";
import { viewsOf } from "../../policies/crossguard/resources";
import { adaptSettings } from "./adaptSettings";
import { recordApps, type AppBlock } from "./apps";
import { plain, visible, type Run } from "./recorder";

/* Apps that helm installs (`install: release`). */

const CHART = "./tests/fixtures/charts/hooked";
// At the level that its hooks, which nobody adapts, are allowed at.
const web = (more: AppBlock = {}): AppBlock => ({
  name: "web",
  chart: CHART,
  install: "release",
  podSecurity: "baseline",
  ...more,
});

const spec = { template: { metadata: {}, spec: { containers: [{ name: "main", image: "web:1" }] } } };
const program = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "web" }, spec };
const hook = (object: object, events = "pre-install"): object => ({
  ...object,
  metadata: { name: "setup", annotations: { "helm.sh/hook": events } },
});
const job = hook({ apiVersion: "batch/v1", kind: "Job", spec });
const made = hook({ apiVersion: "v1", kind: "Secret", stringData: { word: "sesame" } });

function record(rendered: object[], block = web(), preview = true): Promise<Run> {
  return recordApps([block], preview, {
    charts: ({ release_name }) => (release_name === "probe" ? [] : structuredClone(rendered)),
  });
}

const ofType = ({ resources }: Run, type: string) => resources.filter((one) => one.type === type);
const released = (run: Run) => ofType(run, "homelab:apps:ReleasedObject");
const releaseOf = (run: Run) => ofType(run, "kubernetes:helm.sh/v3:Release")[0]!;

describe("an app that helm installs", () => {
  it("has a release, and beside it every object that helm makes, hooks included", async () => {
    const run = await record([program, job, made]);
    const objects = released(run);
    assert.deepEqual(objects.map(({ name }) => name).sort(), [
      "homelab-app-web-release-Secret:setup",
      "homelab-app-web-release-apps/Deployment:web",
      "homelab-app-web-release-batch/Job:setup",
    ]);
    assert.equal(ofType(run, "kubernetes:helm.sh/v4:Chart").length, 0);
  });

  it("registers the same at preview as at a deployment, which alone writes the post-renderer", async () => {
    const values = { greeting: "only here" };
    const urns = (run: Run) => run.resources.map(({ urn }) => urn);
    const preview = await record([program, job], web({ values }));
    const path = String(plain(releaseOf(preview).inputs.postrender));
    const deployed = await record([program, job], web({ values }), false);
    assert.deepEqual(urns(preview), urns(deployed));
    assert.equal(plain(releaseOf(deployed).inputs.postrender), path);
    assert.ok(existsSync(path));
  });

  it("is undone by helm within the time that the block gives", async () => {
    const inputs = plain(releaseOf(await record([program], web({ readyWithin: 42 }))).inputs) as Record<string, unknown>;
    const { atomic, cleanupOnFail, waitForJobs, timeout, name, namespace } = inputs;
    assert.deepEqual([atomic, cleanupOnFail, waitForJobs, timeout], [true, true, true, 42]);
    assert.deepEqual([name, namespace], ["web", "web"]);
  });

  it("shows no value of a Secret, also not of one that a hook makes", async () => {
    const run = await record([program, made]);
    const [secret] = released(run).filter(({ inputs }) => inputs.kind === "Secret");
    assert.match(JSON.stringify(plain(secret!.inputs)), /sesame/);
    assert.doesNotMatch(JSON.stringify(run.resources.map(({ inputs }) => visible(inputs))), /sesame/);
  });

  it("may read a Secret that a hook makes, where the engine's own way has nobody who makes it", () => {
    const env = [{ name: "WORD", valueFrom: { secretKeyRef: { name: "setup", key: "word" } } }];
    const reading = structuredClone(program) as unknown as KubeObject;
    Object.assign(reading.spec!.template!.spec.containers[0]!, { env });
    const hookSecrets = [{ secret: "setup", hook: "Secret setup (pre-install)" }];
    const problems = (install: "chart" | "release") =>
      adapt([reading], adaptSettings({ namespace: "web", install, hookSecrets })).problems;
    assert.deepEqual(problems("release"), []);
    assert.match(problems("chart").join("\n"), /a hook of the chart makes, .*install: release/);
  });

  const refused: [string, object[], AppBlock, RegExp][] = [
    [
      "a hook of the whole cluster",
      [program, hook({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" })],
      {},
      /The app web cannot be deployed.*\n.*ClusterRole setup belongs to the whole cluster/,
    ],
    ["a value that is null", [program], { values: { resources: { limits: null } } }, /its value resources\.limits is null/],
  ];
  for (const [what, rendered, more, words] of refused) {
    it(`is refused for ${what}, at preview and at a deployment`, async () => {
      for (const preview of [true, false]) await assert.rejects(record(rendered, web(more), preview), words);
    });
  }

  it("has hooks that stay in the namespace, and open no way in", () => {
    const service = hook({ apiVersion: "v1", kind: "Service", spec: { type: "LoadBalancer" } }) as KubeObject;
    const elsewhere = { ...structuredClone(job), metadata: { name: "setup", namespace: "kube-system" } } as KubeObject;
    const problems = hookProblems([service, elsewhere], [], adaptSettings()).join("\n");
    assert.match(problems, /Service setup is of type LoadBalancer/);
    assert.match(problems, /Job setup goes into the namespace kube-system/);
  });

  it("is seen by the policies: its objects as what they are, its release with them in sight, any other release without", async () => {
    const views = (await record([program, job])).resources.flatMap(({ urn, type, name, inputs }) =>
      viewsOf({ urn, type, name, props: plain(inputs) as Record<string, unknown> }),
    );
    const seen = views
      .filter(({ name }) => ["web", "setup", "homelab-app-web-release"].includes(name))
      .map(({ type, identity }) => [type, identity.inSight]);
    for (const one of [
      ["apps/Deployment", undefined],
      ["batch/Job", undefined],
      ["helm.sh/Release", true],
    ]) {
      assert.ok(
        seen.some((other) => JSON.stringify(other) === JSON.stringify(one)),
        `${JSON.stringify(one)} of ${JSON.stringify(seen)}`,
      );
    }
    const type = "kubernetes:helm.sh/v3:Release";
    for (const chain of [
      type,
      `homelab:apps:HelmApp$other:a:B$${type}`,
      `other:HelmApp$${type}`,
      `xhomelab:apps:HelmApp$${type}`,
    ]) {
      const [view] = viewsOf({ urn: `urn:pulumi:s::p::${chain}::web`, type, name: "web", props: { chart: "web" } });
      assert.equal(view!.identity.inSight, undefined, chain);
    }
  });

  it("has a post-renderer of another name when settings or the chart are others, not when the registry's account is", () => {
    const path = (more = {}, chart = CHART) => rendererPath(chart, adaptSettings(more));
    const registry = { server: "r", accessFile: "/tmp/1", toCome: [], preview: false };
    assert.equal(path({ registry }), path());
    assert.notEqual(path({ readyWithin: 61 }), path());
    assert.notEqual(path({}, "./tests/fixtures/charts/wide"), path());
  });

  it("knows the nulls of values", () => {
    assert.deepEqual(nullPaths({ a: null, b: { c: null, d: 1 }, e: [null] }), ["a", "b.c"]);
  });
});
