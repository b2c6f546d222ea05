import assert from "node:assert/strict";
import { failedCreations, unknownTo } from "../../cli/shared/adopt";
import { readEvents } from "../../cli/shared/events";
import { isOwn } from "../../cli/shared/state/own";

const urn = "urn:pulumi:dev::homelab::kubernetes:apps/v1:Deployment::homelab-registry-deployment";
const inputs = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "registry", namespace: "registry" } };
const failed = (op: string) => ({
  resOpFailedEvent: { metadata: { op, urn, type: "kubernetes:apps/v1:Deployment", new: { parent: "p", provider: "q", inputs } } },
});
const log = (...events: object[]) => readEvents(events.map((event) => JSON.stringify(event)).join("\n"));

describe("objects that a failed deployment leaves behind or meets", () => {
  it("are looked for where a creation failed, whatever was said of it", () => {
    for (const op of ["create", "create-replacement"])
      assert.deepEqual(
        failedCreations(log(failed(op))).map(({ resource }) => [resource.urn, resource.inputs]),
        [[urn, inputs]],
      );
    assert.deepEqual(failedCreations(log(failed("update"))), []);
  });

  it("are unknown to a state that has none of the kind, or another one that is replaced", () => {
    const creations = failedCreations(log(failed("create")));
    const type = "kubernetes:apps/v1:Deployment";
    const unknown = (...resources: object[]) => unknownTo({ deployment: { resources: resources as never } }, creations).length;
    assert.equal(unknown(), 1);
    assert.equal(unknown({ urn, type, id: "registry/registry" }), 0);
    assert.equal(unknown({ urn, type, id: "registry/former" }), 1);
    assert.equal(unknown({ urn, type, id: "registry/registry", pendingReplacement: true }), 1);
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
  for (const [what, given, expected] of table)
    it(`${expected ? "own" : "not own"}: ${what}`, () => assert.equal(isOwn(...given), expected));
});
