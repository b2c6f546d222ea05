import assert from "node:assert/strict";
import { labCluster } from "../../cli/clusters/lab";
import { openStack, type Stack } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { converged, deployed, killed, pending, type Overrides } from "./killed/killed";
import { first, second, withMore } from "./killed/stacks";
import { kubectl, npm, succeeded } from "./support";

/* Deployments that are killed at fixed moments; at any: killed.long.test.ts. */

const stackOf = (overrides: Overrides): Stack => openStack(DEV, labCluster, overrides);
const isPending = (type: string, kind: string) => pending().some((one) => one.type === type && one.resource.type.endsWith(kind));

describe("a deployment that is killed", () => {
  before("an empty lab", () => {
    succeeded(npm("stop", "--data"));
    succeeded(npm("lab", "up"));
  });

  after(() => {
    succeeded(npm("stop", "--data"));
  });

  it("goes on by itself when the plugin is killed while it creates: nobody has to delete anything", async () => {
    const run = await killed(first, "plugin", () => isPending("creating", ":Deployment"));
    assert.ok(run.killed, run.text.slice(-6000));
    await deployed(first);
    await converged(stackOf(first));
  });

  it("is undone when the setting goes back, after the engine was killed while it updated", async () => {
    const run = await killed(second, "engine", () => isPending("updating", ":Deployment"));
    assert.ok(run.killed, run.text.slice(-6000));
    assert.match(await deployed(first), /an earlier run was interrupted while it/);
    await converged(stackOf(first));
  });

  it("is undone when the setting goes back, also what it had added and not recorded", async () => {
    const added = () =>
      succeeded(kubectl("get", "deployment/stays", "-n", "stays", "-o", "jsonpath={..env[?(@.name=='EXTRA')].value}")).stdout;
    assert.equal(added(), "");
    const run = await killed(withMore, "engine", () => isPending("updating", ":Deployment") && added() !== "");
    assert.ok(run.killed, run.text.slice(-6000));
    await deployed(first);
    assert.equal(added(), "");
    await converged(stackOf(first));
  });
});
