import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { isConfigSecret, stateOf, unknownOutput } from "../../components/pulumiInternals";

describe("what the program uses of the SDK beyond its types", () => {
  it("says which keys of the configuration are secret", () => {
    pulumi.runtime.setAllConfig({ "homelab:plain": "a", "homelab:password": "b" }, ["homelab:password"]);
    assert.deepEqual(["homelab:plain", "homelab:password", "homelab:absent"].map(isConfigSecret), [false, true, false]);
    pulumi.runtime.setAllConfig({});
  });

  it("says whether outputs are known and secret", async () => {
    const outputs = [pulumi.output("a"), pulumi.secret("b"), unknownOutput<string>()];
    assert.deepEqual(await Promise.all(outputs.map((output) => stateOf(output).isKnown)), [true, true, false]);
    assert.deepEqual(await Promise.all(outputs.map((output) => stateOf(output).isSecret)), [false, true, false]);
  });

  it("rejects for an output that failed", async () => {
    const failed = pulumi.output(Promise.reject(new Error("refused")));
    await assert.rejects(stateOf(failed).isSecret, /refused/);
    await assert.rejects(stateOf(failed).isKnown, /refused/);
  });
});
