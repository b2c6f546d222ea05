import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createObject, propagationPolicy, updateObject, type ApplyContext } from "../../../lab/providers/kubernetes/apply";
import type { Cluster } from "../../../lab/providers/kubernetes/cluster";
import { ApiError, NoSuchKindError, NotDoneError, PartialError } from "../../../lab/providers/kubernetes/errors";
import { emptied, fieldManagerOf, keepIgnored, mayForce, takeOver } from "../../../lab/providers/kubernetes/field-managers";
import { importedInputs } from "../../../lab/providers/kubernetes/operations/read";
import { refuseForeignTypes } from "../../../lab/providers/kubernetes/provider";
import { manifestPath, removeManifest, writeManifest } from "../../../lab/providers/kubernetes/render";
import type { PropertyMap } from "../../../lab/providers/kubernetes/values";
import { toServiceError } from "../../../lab/providers/kubernetes/wire";

const entry = (manager: string, operation: string, fieldsV1: PropertyMap, more: PropertyMap = {}): PropertyMap => ({
  manager,
  operation,
  apiVersion: "v1",
  fieldsV1,
  ...more,
});
const object = (managedFields: PropertyMap[], rest: PropertyMap = {}): PropertyMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "n", namespace: "x", resourceVersion: "7", managedFields },
  ...rest,
});

describe("kubernetes provider: owners of fields", () => {
  it("are taken over from the creation and from kubectl, not from controllers", () => {
    const live = object([
      entry("pulumi-kubernetes", "Update", { "f:data": { "f:a": {} } }),
      entry("kubectl", "Apply", { "f:data": { "f:b": {} } }),
      entry("mine", "Apply", { "f:data": { "f:c": {} } }),
      entry("controller", "Update", { "f:status": {} }),
      entry("pulumi-kubernetes", "Update", { "f:status": {} }, { subresource: "status" }),
    ]);
    const [fields, version] = takeOver(live, "mine") as { path: string; value: PropertyMap[] }[];
    assert.deepEqual(
      fields?.value.map(({ manager, operation, fieldsV1 }) => [manager, operation, fieldsV1]),
      [
        ["controller", "Update", { "f:status": {} }],
        ["pulumi-kubernetes", "Update", { "f:status": {} }],
        ["mine", "Apply", { "f:data": { "f:a": {}, "f:b": {}, "f:c": {} } }],
      ],
    );
    assert.deepEqual(version?.value, "7");
    assert.equal(takeOver(object([entry("controller", "Update", {})]), "mine"), undefined);
  });

  it("may be overruled only where asked, in previews of what Pulumi created, or where nobody owns anything", () => {
    const created = object([entry("pulumi-kubernetes", "Update", {})]);
    const foreign = object([entry("controller", "Update", {})]);
    const asking = { metadata: { annotations: { "pulumi.com/patchForce": "true" } } };
    const cases: [PropertyMap, PropertyMap, boolean, boolean, boolean][] = [
      [{}, created, false, true, true],
      [{}, created, false, false, false],
      [{}, foreign, false, true, false],
      [{}, foreign, true, false, true],
      [asking, foreign, false, false, true],
      [{}, object([]), false, false, true],
    ];
    for (const [inputs, live, always, preview, expected] of cases)
      assert.equal(mayForce(inputs, live, always, preview), expected);
  });

  it("have a name from the annotation, the state, or chance", () => {
    const annotated = { metadata: { annotations: { "pulumi.com/patchFieldManager": "mine" } } };
    assert.equal(fieldManagerOf(annotated, "recorded"), "mine");
    assert.equal(fieldManagerOf({}, "recorded"), "recorded");
    assert.match(fieldManagerOf({}, ""), /^pulumi-kubernetes-[0-9a-f]{8}$/);
  });

  it("keep what ignoreChanges names", () => {
    const inputs = { spec: { replicas: 1, paused: false } };
    const live = (manager: string): PropertyMap =>
      object([entry(manager, "Update", { "f:spec": { "f:replicas": {} } })], { spec: { replicas: 5 } });
    assert.deepEqual(keepIgnored(inputs, live("autoscaler"), [["spec", "replicas"]], "mine"), {
      spec: { paused: false },
    });
    assert.deepEqual(keepIgnored(inputs, live("mine"), [["spec", "replicas"]], "mine"), {
      spec: { replicas: 5, paused: false },
    });
    assert.deepEqual(keepIgnored(inputs, live("mine"), [["spec", "list", 0]], "mine"), inputs);
  });

  it("give up an object by applying nothing", () => {
    assert.deepEqual(emptied(object([])), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "n", namespace: "x" },
    });
  });
});

describe("kubernetes provider: applying", () => {
  function context(cluster: object, more: Partial<ApplyContext> = {}): ApplyContext {
    const signal = new AbortController().signal;
    return {
      cluster: { forgetKinds: () => undefined, ...cluster } as Cluster,
      preview: false,
      signal,
      fieldManager: "mine",
      alwaysForce: false,
      report: () => undefined,
      ...more,
    };
  }
  const missing = new ApiError(404, "NotFound", "namespaces not found", { kind: "namespaces" });

  it("waits for a namespace or a kind that is on its way, but not in a preview", async () => {
    for (const error of [missing, new NoSuchKindError("x/v1", "Thing")]) {
      let attempts = 0;
      const create = async (): Promise<object> => {
        if (++attempts < 2) throw error;
        return object([]);
      };
      await createObject(object([]), false, context({ create }));
      assert.equal(attempts, 2);
      attempts = 0;
      await assert.rejects(createObject(object([]), false, context({ create }, { preview: true })));
      assert.equal(attempts, 1);
    }
  });

  it("tells what can be done about an object that is there, and about fields of others", async () => {
    const failing = (reason: string) => ({
      create: async () => Promise.reject(new ApiError(409, reason, "the server's words")),
      apply: async () => Promise.reject(new ApiError(409, reason, "the server's words")),
      get: async () => object([]),
    });
    await assert.rejects(
      createObject(object([]), false, context(failing("AlreadyExists"))),
      /the server's words.*pulumi import/s,
    );
    await assert.rejects(updateObject(object([]), [], context(failing("Conflict"))), /patchForce.*the server's words/s);
  });

  it("replaces definitions as a whole, with the version that was seen", async () => {
    const crd = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "n" } };
    const seen: object[] = [];
    const replace = async (given: object): Promise<object> => (seen.push(given), given);
    await updateObject(crd, [], context({ get: async () => object([]), replace }));
    assert.deepEqual(seen, [{ ...crd, metadata: { name: "n", resourceVersion: "7" } }]);
  });

  it("deletes what an object made first, unless told otherwise", () => {
    const policy = (value: string): string =>
      propagationPolicy({ metadata: { annotations: { "pulumi.com/deletionPropagationPolicy": value } } });
    assert.deepEqual([propagationPolicy({}), policy("background"), policy("Orphan")], ["Foreground", "Background", "Orphan"]);
  });

  it("imports an object without what controllers wrote", () => {
    const annotations = {
      "deployment.kubernetes.io/revision": "1",
      "kubectl.kubernetes.io/last-applied-configuration": "{}",
    };
    const live = {
      kind: "Deployment",
      metadata: { name: "n", uid: "1", annotations },
      spec: { replicas: 1 },
      status: {},
    };
    assert.deepEqual(importedInputs(live), { kind: "Deployment", metadata: { name: "n" }, spec: { replicas: 1 } });
  });

  it("refuses kinds that only the official plugin knows", () => {
    for (const type of ["kubernetes:apps/v1:DeploymentPatch", "kubernetes:helm.sh/v3:Release"]) {
      assert.throws(() => refuseForeignTypes(type), NotDoneError);
    }
    assert.throws(() => refuseForeignTypes("kubernetes:core/v1:ConfigMapList"), /Use the underlying resource type/);
    refuseForeignTypes("kubernetes:core/v1:ConfigMap");
    refuseForeignTypes("kubernetes:example.com/v1:Patch");
  });

  it("tells the engine of an object that exists but is not ready, so that it is kept", () => {
    const plain = toServiceError(new Error("no"));
    assert.equal(plain.message, "no");
    assert.equal(plain.metadata, undefined);
    const partial = toServiceError(new PartialError("not ready", "x/n", { a: "b" }, ["not ready", "a pod is missing"]));
    const [details] = partial.metadata?.get("grpc-status-details-bin") ?? [];
    for (const part of ["ErrorResourceInitFailed", "x/n", "a pod is missing"]) assert.ok(String(details).includes(part), part);
  });
});

describe("kubernetes provider: manifests", () => {
  it("are written for their owner alone, definitions apart, and taken away", () => {
    const folder = mkdtempSync(join(tmpdir(), "manifests-"));
    try {
      const crd = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name: "n" } };
      assert.equal(manifestPath(crd, "d"), "d/0-crd/apiextensions.k8s.io_v1-customresourcedefinition-default-n.yaml");
      const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "n", namespace: "x" }, data: { a: "b" } };
      const path = writeManifest(secret, join(folder, "deep", "down"));
      assert.match(path, /1-manifest\/v1-secret-x-n\.yaml$/);
      assert.equal(statSync(path).mode & 0o777, 0o600);
      assert.match(readFileSync(path, "utf8"), /^apiVersion: v1\ndata:\n {2}a: b\nkind: Secret\n/);
      removeManifest(secret, join(folder, "deep", "down"));
      removeManifest(secret, join(folder, "deep", "down"));
      assert.throws(() => statSync(path));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
