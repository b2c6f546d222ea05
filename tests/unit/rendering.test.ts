import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeObject } from "../../components/services/apps/adapt";
import { missingParts } from "../../components/services/apps/chart";
import { changingValues, keysToSet } from "../../components/services/apps/rendering/changing";
import { describeHook, secretsOfHooks, splitHooks } from "../../components/services/apps/rendering/hooks";
import { mergeValues, templateOptions } from "../../components/services/apps/rendering/template";

const object = (kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name },
  ...more,
});
const hook = (kind: string, name: string, events: string, more: object = {}) =>
  object(kind, name, { ...more, metadata: { name, annotations: { "helm.sh/hook": events } } });
const reader = (secret: string) =>
  object("Deployment", "web", {
    spec: { template: { spec: { containers: [{ name: "web", envFrom: [{ secretRef: { name: secret } }] }] } } },
  });

describe("hooks of what a chart renders", () => {
  const table: Array<[string, string, string[]]> = [
    ["before the installation", "pre-install", ["Job j (pre-install)"]],
    ["on several events", "post-install, post-upgrade", ["Job j (post-install, post-upgrade)"]],
    ["a test", "test", []],
    ["a test of helm 2", "test-success", []],
    ["a test that is more than that", "test,pre-delete", ["Job j (pre-delete)"]],
    ["an event that helm 3 does not know", "crd-install", []],
  ];
  for (const [what, events, expected] of table) {
    it(what, () => {
      const { objects, hooks } = splitHooks([object("Service", "s"), hook("Job", "j", events)]);
      assert.deepEqual(hooks.map(describeHook), expected);
      assert.deepEqual(
        objects.map(({ kind }) => kind),
        ["Service"],
      );
    });
  }

  const made = (objects: KubeObject[], ...hooks: KubeObject[]) =>
    secretsOfHooks(objects, splitHooks(hooks).hooks).map(({ hook: name }) => name);

  it("that are a Secret which pods read come before those that name it", () => {
    const names = { spec: { args: ["--secret-name=keys"] } };
    const found = made([reader("keys")], hook("Job", "j", "pre-install", names), hook("Secret", "keys", "pre-install"));
    assert.deepEqual(found, ["Secret keys (pre-install)"]);
  });

  it("that make one are found by its name as a word, and a Job before a Role", () => {
    const role = hook("Role", "r", "pre-install", { rules: [{ resourceNames: ["keys"] }] });
    const job = (word: string) => hook("Job", "j", "pre-install", { spec: { args: [word] } });
    assert.deepEqual(made([reader("keys")], role, job("--secret-name=keys")), ["Job j (pre-install)"]);
    assert.deepEqual(made([reader("keys")], role, job("--secret-name=keys-old")), ["Role r (pre-install)"]);
  });

  it("make nothing that the chart holds itself, or that nobody reads", () => {
    const job = hook("Job", "j", "pre-install", { spec: { args: ["keys"] } });
    assert.deepEqual(made([reader("keys"), object("Secret", "keys")], job), []);
    assert.deepEqual(made([reader("others")], job), []);
  });
});

describe("values that a chart makes up at every rendering", () => {
  const secret = (token: string) => object("Secret", "s", { data: { token, user: "a" } });
  const pod = (hash: string) => object("Deployment", "d", { spec: { template: { metadata: { annotations: { hash } } } } });

  it("are named with their object, Secrets first", () => {
    assert.deepEqual(changingValues([pod("1"), secret("x")], [pod("2"), secret("y")]), [
      { object: "Secret s", path: "data.token" },
      { object: "Deployment d", path: "spec.template.metadata.annotations.hash" },
    ]);
  });

  it("are none where two renderings agree, in whatever order", () => {
    assert.deepEqual(changingValues([pod("1"), secret("x")], [secret("x"), pod("1")]), []);
  });

  it("are the name itself where that is another one", () => {
    const named = (name: string) => [object("Job", name)];
    assert.deepEqual(changingValues(named("j-1"), named("j-2")), [{ object: "Job j-1", path: "metadata.name" }]);
  });

  const keys: Array<[string, string, object, string[]]> = [
    ["the same name", "data.haSharedSecret", { secrets: { haSharedSecret: "" }, port: 80 }, ["secrets.haSharedSecret"]],
    ["the same name in other letters", "data.postgres-password", { auth: { postgresPassword: "" } }, ["auth.postgresPassword"]],
    ["a Secret by name, where none is the same", "data.x", { auth: { existingSecret: "" } }, ["auth.existingSecret"]],
    ["nothing to be known", "data.x", { port: 80 }, []],
  ];
  for (const [what, path, values, expected] of keys) {
    it(`point to keys of the chart: ${what}`, () =>
      assert.deepEqual(keysToSet([{ object: "Secret s", path }], values), expected));
  }
});

describe("what the plugin is asked to render", () => {
  it("has the values merged as helm merges them, nulls kept", () => {
    const merged = mergeValues({ a: { b: 1, c: [1, 2] }, d: 1 }, { a: { c: [3], e: null }, d: { f: 1 } });
    assert.deepEqual(merged, { a: { b: 1, c: [3], e: null }, d: { f: 1 } });
  });

  const source = { name: "web", namespace: "home", valueFiles: [], values: { a: null } };

  it("is a folder by its path", () => {
    const options = templateOptions({ ...source, chart: "./charts/lumina" });
    assert.deepEqual(options, { release_name: "web", namespace: "home", path: "./charts/lumina", values: { a: null } });
  });

  it("is a chart of a repository by name and version", () => {
    const options = templateOptions({ ...source, chart: "nginx", version: "1.2.3", repository: "https://charts.example.org" });
    const fetched = { chart: "nginx", version: "1.2.3", fetch_opts: { repo: "https://charts.example.org" } };
    assert.deepEqual(options, { release_name: "web", namespace: "home", ...fetched, values: { a: null } });
  });
});

describe("a chart's folder without its parts", () => {
  const folder = mkdtempSync(join(tmpdir(), "chart-"));
  after(() => rmSync(folder, { recursive: true }));

  it("is recognised by what Chart.yaml names and charts/ does not hold", () => {
    const parts = ["redis", "postgresql", "common"].map((name) => `  - { name: ${name}, version: 1.0.0 }\n`).join("");
    writeFileSync(join(folder, "Chart.yaml"), `name: x\ndependencies:\n${parts}`);
    assert.deepEqual(missingParts(folder), ["redis 1.0.0", "postgresql 1.0.0", "common 1.0.0"]);
    mkdirSync(join(folder, "charts", "redis"), { recursive: true });
    writeFileSync(join(folder, "charts", "common-1.0.0.tgz"), "");
    assert.deepEqual(missingParts(folder), ["postgresql 1.0.0"]);
  });

  it("is nothing that is known of a chart elsewhere, or one without parts", () => {
    for (const chart of ["oci://example.org/x", "./charts/lumina"]) assert.deepEqual(missingParts(chart), []);
  });
});
