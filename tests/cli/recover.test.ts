import assert from "node:assert/strict";
import { withAdopted } from "../../cli/shared/recover";

describe("what an interrupted run had begun", () => {
  const creating = (name: string, metadata: object) => ({
    type: "creating",
    resource: {
      urn: `urn:pulumi:dev::homelab::kubernetes:core/v1:ConfigMap::${name}`,
      type: "kubernetes:core/v1:ConfigMap",
      inputs: { apiVersion: "v1", kind: "ConfigMap", metadata },
    },
  });

  it("becomes a resource by the provider's identity, with its own inputs for outputs until a refresh reads it", () => {
    const inSpace = creating("a", { name: "one", namespace: "space" });
    const ofCluster = creating("b", { name: "two" });
    const before = { resources: [{ urn: "there" }], pending_operations: [inSpace, ofCluster] };
    const after = withAdopted(before, [inSpace, ofCluster]);
    assert.deepEqual(after.pending_operations, []);
    assert.deepEqual(after.resources, [
      { urn: "there" },
      { ...inSpace.resource, id: "space/one", outputs: inSpace.resource.inputs },
      { ...ofCluster.resource, id: "two", outputs: ofCluster.resource.inputs },
    ]);
  });

  it("is forgotten when it did not come to be, and made again", () => {
    assert.deepEqual(withAdopted({ pending_operations: [creating("a", { name: "one" })] }, []), {
      resources: [],
      pending_operations: [],
    });
  });
});
