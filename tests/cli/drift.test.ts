import assert from "node:assert/strict";
import { compare, sentence, type Deployed, type KubernetesObject, type ManagedFields } from "../../cli/shared/drift/compare";
import { deployedObjects } from "../../cli/shared/drift";
import { asDrift, declaring, unrecorded } from "../../cli/shared/drift/unrecorded";

type Fields = Record<string, unknown>;

const deployment = (spec: Fields, managedFields?: ManagedFields[]): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "apps", ...(managedFields && { managedFields }) },
  spec,
});
const pod = (...containers: Fields[]) => ({ template: { spec: { containers } } });
const object = (kind: string, fields: Fields): KubernetesObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "web" },
  ...fields,
});

const by = (manager: string, time: string, fieldsV1: object, subresource?: string): ManagedFields => ({
  manager,
  time,
  fieldsV1,
  ...(subresource && { subresource }),
});
const pulumi = (fieldsV1: object) => by("pulumi-kubernetes", "2026-01-01T00:00:00Z", fieldsV1);

const mounted = (...paths: string[]) => ({ name: "main", volumeMounts: paths.map((mountPath) => ({ name: "v", mountPath })) });

function sentences(declared: KubernetesObject, left: KubernetesObject, now: KubernetesObject | undefined): string[] {
  return compare([{ urn: "urn", declared, left }], [now]).map(sentence);
}

describe("what a deployment has set and not recorded", () => {
  const declared = deployment({ replicas: 1, ...pod({ name: "main", env: [{ name: "A", value: "1" }] }) });
  const left = { ...declared, __fieldManager: "pulumi-kubernetes-1" };
  const variable = (name: string) => ({ [`k:{"name":"${name}"}`]: { ".": {}, "f:name": {}, "f:value": {} } });
  const fields = (env: object, more: object = {}) => {
    const main = { 'k:{"name":"main"}': { ".": {}, "f:name": {}, "f:env": env, ...more } };
    return { "f:spec": { "f:replicas": {}, "f:template": { "f:spec": { "f:containers": main } } } };
  };
  const live = (main: Fields, owned: object, manager = "pulumi-kubernetes-1") => {
    const entry = { ...by(manager, "2026-01-01T00:00:00Z", owned), apiVersion: "apps/v1" };
    return deployment({ replicas: 1, paused: false, ...pod({ name: "main", imagePullPolicy: "Always", ...main }) }, [entry]);
  };
  const env = ["A", "B"].map((name) => ({ name, value: "1" }));
  const find = (now: KubernetesObject) => unrecorded([{ urn: "urn", declared, left }], [now]);
  const both = { ...variable("A"), ...variable("B") };

  it("is what its own manager owns and it does not declare", () => {
    assert.deepEqual(find(live({ env: env.slice(0, 1) }, fields(variable("A")))), []);
    assert.deepEqual(find(live({ env }, fields(both), "kubectl")), []);
    assert.deepEqual(
      find(live({ env, tty: true }, fields(both, { "f:tty": {} })))
        .flatMap(asDrift)
        .map(sentence),
      ["env.B", "tty"].map(
        (field) =>
          `Deployment apps/web: spec.template.spec.containers.main.${field} was set by a deployment that was interrupted`,
      ),
    );
  });

  it("is not the second mount of a volume that is mounted twice", () => {
    const mounts = [
      { mountPath: "/etc/declared", name: "declared", readOnly: true },
      { mountPath: "/init/10.sh", name: "declared", readOnly: true, subPath: "10.sh" },
    ];
    const twice = deployment(pod({ name: "main", volumeMounts: mounts }));
    const owned = (more: object) => ({ ".": {}, "f:mountPath": {}, "f:name": {}, "f:readOnly": {}, ...more });
    const mine = {
      'k:{"mountPath":"/etc/declared"}': owned({}),
      'k:{"mountPath":"/init/10.sh"}': owned({ "f:subPath": {} }),
    };
    const main = { 'k:{"name":"main"}': { ".": {}, "f:name": {}, "f:volumeMounts": mine } };
    const fieldsV1 = { "f:spec": { "f:template": { "f:spec": { "f:containers": main } } } };
    const entry = { ...by("pulumi-kubernetes-1", "2026-01-01T00:00:00Z", fieldsV1), apiVersion: "apps/v1" };
    const now = deployment(twice.spec as Fields, [entry]);
    assert.deepEqual(unrecorded([{ urn: "urn", declared: twice, left: { ...twice, __fieldManager: entry.manager } }], [now]), []);
  });

  it("is not what the server fills into a value that is owned as a whole", () => {
    const template = { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"] } };
    const filled = { apiVersion: "v1", kind: "PersistentVolumeClaim", ...template, status: { phase: "Pending" } };
    const entry = (fieldsV1: object) => ({ ...by("m", "2026-01-01T00:00:00Z", fieldsV1), apiVersion: "apps/v1" });
    const set = (volumeClaimTemplates: unknown, ...entries: ManagedFields[]) => deployment({ volumeClaimTemplates }, entries);
    const stated = set([template]);
    const states = [{ urn: "urn", declared: stated, left: { ...stated, __fieldManager: "m" } }];
    assert.deepEqual(unrecorded(states, [set([filled], entry({ "f:spec": { "f:volumeClaimTemplates": {} } }))]), []);
    const bare = [{ urn: "urn", declared: deployment({}), left: { ...deployment({}), __fieldManager: "m" } }];
    const [found] = unrecorded(bare, [set([filled], entry({ "f:spec": { "f:volumeClaimTemplates": {} } }))]);
    assert.deepEqual(found?.paths, [["spec", "volumeClaimTemplates"]]);
  });

  it("is declared by the state from then on, and nothing else", () => {
    const found = find(live({ env, tty: true }, fields(both, { "f:tty": {} })));
    const resource = { urn: "urn", type: "kubernetes:apps/v1:Deployment", inputs: declared };
    const inputs = (of: object, paths = found) =>
      declaring({ deployment: { resources: [{ ...resource, inputs: of }] } }, paths).deployment?.resources?.[0]?.inputs;
    assert.deepEqual(inputs(declared), deployment({ replicas: 1, ...pod({ name: "main", env: [env[0], {}], tty: "" }) }));
    const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    const secret = { data: { ...SECRET, ciphertext: "x" } };
    const unseen = [{ ...found[0]!, paths: [["data", "key"]] }];
    assert.deepEqual(inputs(secret, unseen), { data: { ...SECRET, plaintext: '""' } });
  });
});

describe("what was changed in the cluster past Pulumi", () => {
  const main = { name: "main", image: "a:1", resources: { limits: { cpu: "1000m" } } };
  const kept = { ...main, resources: { limits: { cpu: "1" } }, imagePullPolicy: "IfNotPresent" };
  const sidecar = { name: "sidecar", image: "b:1" };
  const table: Array<[string, KubernetesObject, KubernetesObject, KubernetesObject | undefined, string[]]> = [
    ["nothing", deployment({ replicas: 1 }), deployment({ replicas: 1 }), deployment({ replicas: 1 }), []],
    ["an object that is gone", deployment({}), deployment({}), undefined, ["Deployment apps/web is gone"]],
    [
      "a field, with who set it last",
      deployment({ replicas: 1 }),
      deployment({ replicas: 1 }),
      deployment({ replicas: 2 }, [
        pulumi({ "f:spec": { "f:replicas": {} } }),
        by("kubectl", "2026-01-02T00:00:00Z", { "f:spec": { "f:replicas": {} } }, "scale"),
        by("other", "2026-01-03T00:00:00Z", { "f:spec": { "f:paused": {} } }),
      ]),
      ["Deployment apps/web: spec.replicas is 2 instead of 1 (by kubectl, 2026-01-02T00:00:00Z)"],
    ],
    ["a value that the server writes in another way", deployment(pod(main)), deployment(pod(kept)), deployment(pod(kept)), []],
    [
      "an item of a list, by its name where another was put before it",
      deployment(pod(main)),
      deployment(pod(kept)),
      deployment(pod(sidecar, { ...kept, image: "a:2" }), [
        by("kubectl-edit", "2026-01-02T00:00:00Z", {
          "f:spec": { "f:template": { "f:spec": { "f:containers": { 'k:{"name":"main"}': { "f:image": {} } } } } },
        }),
      ]),
      [
        'Deployment apps/web: spec.template.spec.containers.main.image is "a:2" instead of "a:1" (by kubectl-edit, 2026-01-02T00:00:00Z)',
      ],
    ],
    [
      "an item that is gone",
      deployment(pod(main, sidecar)),
      deployment(pod(kept, sidecar)),
      deployment(pod(kept)),
      [`Deployment apps/web: spec.template.spec.containers.sidecar is nothing instead of ${JSON.stringify(sidecar)}`],
    ],
    [
      "a port of one number in another protocol",
      object("Service", {
        spec: {
          ports: [
            { port: 53, protocol: "UDP" },
            { port: 53, protocol: "TCP" },
          ],
        },
      }),
      object("Service", {
        spec: {
          ports: [
            { port: 53, protocol: "UDP" },
            { port: 53, protocol: "TCP" },
          ],
        },
      }),
      object("Service", {
        spec: {
          ports: [
            { port: 53, protocol: "TCP" },
            { port: 53, protocol: "UDP" },
          ],
        },
      }),
      [],
    ],
    [
      "one of two mounts of a volume",
      deployment(pod(mounted("/a", "/b"))),
      deployment(pod(mounted("/a", "/b"))),
      deployment(pod(mounted("/a"))),
      [
        `Deployment apps/web: spec.template.spec.containers.main.volumeMounts[1] is nothing instead of {"name":"v","mountPath":"/b"}`,
      ],
    ],
    [
      "a plain list as a whole",
      deployment(pod({ name: "main", args: ["a", "b"] })),
      deployment(pod({ name: "main", args: ["a", "b"] })),
      deployment(pod({ name: "main", args: ["a"] })),
      ['Deployment apps/web: spec.template.spec.containers.main.args is ["a"] instead of ["a","b"]'],
    ],
    [
      "what the stack does not declare",
      object("ConfigMap", {}),
      object("ConfigMap", {}),
      object("ConfigMap", { data: { a: "b" } }),
      [],
    ],
    ["what the server did not keep", deployment({ old: null, gone: 1 }), deployment({}), deployment({ gone: 2 }), []],
    [
      "a Secret, without its values",
      object("Secret", { stringData: { htpasswd: "one" } }),
      object("Secret", { data: { htpasswd: "b25l" } }),
      object("Secret", { data: { htpasswd: "dHdv" } }),
      ["Secret web: data.htpasswd was changed"],
    ],
    [
      "a label that was taken away",
      { ...object("Namespace", {}), metadata: { name: "web", labels: { a: "b" } } as never },
      { ...object("Namespace", {}), metadata: { name: "web", labels: { a: "b" } } as never },
      object("Namespace", {}),
      ['Namespace web: metadata.labels is nothing instead of {"a":"b"}'],
    ],
    [
      "what a controller set, which is its work",
      deployment({ replicas: 1 }),
      deployment({ replicas: 1 }),
      deployment({ replicas: 3 }, [
        by("kube-controller-manager", "2026-01-02T00:00:00Z", { "f:spec": { "f:replicas": {} } }, "scale"),
      ]),
      [],
    ],
  ];
  for (const [what, declared, left, now, expected] of table) {
    it(what, () => assert.deepEqual(sentences(declared, left, now), expected));
  }
});

describe("the objects of a state", () => {
  const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
  });
  const resource = (type: string, more: object, fields: object = {}) => {
    const content = { ...object("Secret", {}), ...fields };
    return { urn: `urn:pulumi:dev::homelab::${type}::a`, type, custom: true, inputs: content, outputs: content, ...more };
  };

  it("are the custom resources of the kubernetes plugin that the stack manages, secrets shown", () => {
    const type = "kubernetes:core/v1:Secret";
    const resources = [
      resource(type, {}, { data: secret({ key: secret("x") }) }),
      resource(type, { external: true }),
      resource(type, { delete: true }),
      resource("kubernetes:helm.sh/v3:Release", {}),
      resource("kubernetes:helm.sh/v4:Chart", { custom: false }),
      resource("random:index/randomPassword:RandomPassword", {}),
    ];
    const expected: Deployed = {
      urn: `urn:pulumi:dev::homelab::${type}::a`,
      declared: object("Secret", { data: { key: "x" } }),
      left: object("Secret", { data: { key: "x" } }),
    };
    assert.deepEqual(deployedObjects({ deployment: { resources } }), [expected]);
  });

  for (const field of ["data", "stringData"]) {
    it(`are not judged by what is encrypted (${field}), without the passphrase`, () => {
      const encrypted = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
      const { inputs, ...rest } = resource("kubernetes:core/v1:Secret", {}, { [field]: encrypted, type: "Opaque" });
      const outputs = { ...inputs, data: encrypted, __fieldManager: "pulumi-kubernetes" };
      const deployed = deployedObjects({ deployment: { resources: [{ ...rest, inputs, outputs }] } });
      const owned = pulumi({ "f:data": { "f:key": {} }, "f:type": {} });
      const live = (type: string) => {
        const now = object("Secret", { data: { key: "eA==" }, type });
        return { ...now, metadata: { ...now.metadata, managedFields: [owned] } };
      };
      assert.deepEqual(unrecorded(deployed, [live("Opaque")]), []);
      assert.deepEqual(compare(deployed, [live("Opaque")]), []);
      assert.deepEqual(
        compare(deployed, [live("other")]).map((drift) => drift.field),
        ["type"],
      );
    });
  }

  it("are none before the first deployment", () => {
    assert.deepEqual(deployedObjects({ deployment: null }), []);
  });
});
