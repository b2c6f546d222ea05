import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { creations, unknownTo } from "../../cli/shared/adopt";
import { generating, heldValues } from "../../cli/shared/state/generated";
import { isOwn } from "../../cli/shared/state/own";
import { SECRET } from "../../cli/shared/state/state";

const urn = "urn:pulumi:dev::homelab::kubernetes:apps/v1:Deployment::homelab-registry-deployment";
const inputs = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "registry", namespace: "registry" } };
const failed = (op: string) => ({
  resOpFailedEvent: {
    metadata: { op, urn, type: "kubernetes:apps/v1:Deployment", new: { parent: "p", provider: "q::1", inputs } },
  },
});
const log = (...events: object[]) => events as EngineEvent[];

describe("objects that a failed deployment leaves behind or meets", () => {
  const known = (more: object = {}) => ({ urn, type: "kubernetes:apps/v1:Deployment", id: "registry/registry", ...more });

  it("are looked for where a creation failed, whatever was said of it, and where one is to come", () => {
    const wanted = (...events: object[]) => creations(log(...events)).map(({ resource }) => [resource.urn, resource.inputs]);
    const { metadata } = failed("create").resOpFailedEvent;
    assert.deepEqual(wanted(failed("create")), [[urn, inputs]]);
    assert.deepEqual(wanted(failed("create-replacement")), [[urn, inputs]]);
    assert.deepEqual(wanted({ resourcePreEvent: { metadata, planning: true } }), [[urn, inputs]]);
    assert.deepEqual(wanted({ resourcePreEvent: { metadata } }), [], "it is being made");
    assert.deepEqual(wanted(failed("update")), []);
    const retained = { ...metadata, new: { ...metadata.new, retainOnDelete: true } };
    assert.deepEqual(wanted({ resOpFailedEvent: { metadata: retained } }), [], "the plugin takes it up by itself");
  });

  it("are adopted without the secrets, which the engine does not show", () => {
    const { metadata } = failed("create").resOpFailedEvent;
    const hidden = { [SECRET.key]: SECRET.value, ciphertext: "[secret]" };
    const secret = { ...metadata, new: { ...metadata.new, inputs: { kind: "Secret", data: hidden } } };
    const [created] = creations(log({ resOpFailedEvent: { metadata: secret } }));
    assert.deepEqual(created?.resource.inputs, { kind: "Secret", data: { [SECRET.key]: SECRET.value, plaintext: '""' } });
  });

  it("are unknown to a state that has what they hang on, and none of the kind, or another one that is replaced", () => {
    const created = creations(log(failed("create")));
    const around = [
      { urn: "p", type: "homelab:registry:Registry" },
      { urn: "q", type: "pulumi:providers:kubernetes", id: "1" },
    ];
    const unknown = (...resources: object[]) => unknownTo({ deployment: { resources: resources as never } }, created).length;
    assert.equal(unknown(...around), 1);
    assert.equal(unknown(), 0);
    assert.equal(unknown(...around, known()), 0);
    assert.equal(unknown(...around, known({ id: "registry/former" })), 1);
    assert.equal(unknown(...around, known({ pendingReplacement: true })), 1);
    assert.equal(unknown(...around, known({ id: "registry/renamed" }), known({ delete: true })), 1);
  });

  const platform = { "app.kubernetes.io/part-of": "homelab" };
  const object = (labels: Record<string, string>, ...managers: string[]) => ({
    metadata: { labels, managedFields: managers.map((manager) => ({ manager })) },
  });
  const table: Array<[string, Parameters<typeof isOwn>, boolean]> = [
    ["made by Pulumi, with the platform's label", [object(platform, "pulumi-kubernetes-1a2b"), undefined], true],
    ["made by Pulumi in a namespace of the platform", [object({}, "pulumi-kubernetes"), object(platform)], true],
    ["made by Pulumi for somebody else", [object({}, "pulumi-kubernetes"), object({})], false],
    ["made by hand in a namespace of the platform", [object({}, "kubectl-create"), object(platform)], false],
    ["made by hand with the platform's label", [object(platform, "kubectl-create"), undefined], false],
    ["gone meanwhile", [undefined, object(platform)], false],
  ];
  for (const [what, given, expected] of table) {
    it(`${expected ? "own" : "not own"}: ${what}`, () => assert.equal(isOwn(...given), expected));
  }
});

describe("values that were generated and that only the cluster knows", () => {
  const random = (name: string, parent = "urn:pulumi:dev::homelab::homelab:apps:HelmApp::homelab-app-wiki") => ({
    urn: `urn:pulumi:dev::homelab::random:index/randomPassword:RandomPassword::${name}`,
    type: "random:index/randomPassword:RandomPassword",
    parent,
    outputs: { length: 32, result: "new" },
  });
  const credentials =
    "urn:pulumi:dev::homelab::homelab:registry:Registry$homelab:registry:Credentials::homelab-registry-credentials";
  const account = random("homelab-registry-credentials-password", credentials);
  const key = random("homelab-app-wiki-secret-keys-SECRET_KEY");
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const secret = (urn: string, name: string, data: Record<string, string>) => ({
    urn,
    live: { metadata: { name }, data: Object.fromEntries(Object.entries(data).map(([of, value]) => [of, base64(value)])) },
  });
  const ofApp = secret("urn:pulumi:dev::homelab::kubernetes:core/v1:Secret::homelab-app-wiki-secret-keys", "wiki", {
    SECRET_KEY: "old key",
    CHOSEN: "x",
  });
  const config = JSON.stringify({ auths: { "registry.homelab.test": { username: "admin", password: "old password" } } });
  const pull = secret("urn:pulumi:dev::homelab::kubernetes:core/v1:Secret::homelab-pull-apps", "registry-pull", {
    ".dockerconfigjson": config,
  });

  it("are those of the Secrets that were made of them", () => {
    const values = heldValues([account, key, random("homelab-app-wiki-secret-keys-OTHER")], [ofApp, pull]);
    assert.deepEqual(
      [...values],
      [
        [key.urn, "old key"],
        [account.urn, "old password"],
      ],
    );
  });

  it("are in the state from then on, as secrets", () => {
    const { deployment } = generating({ deployment: { resources: [account, key] } }, new Map([[key.urn, "old key"]]));
    assert.deepEqual(deployment?.resources, [
      account,
      { ...key, outputs: { length: 32, result: { [SECRET.key]: SECRET.value, plaintext: '"old key"' } } },
    ]);
  });
});
