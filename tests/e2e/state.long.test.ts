import assert from "node:assert/strict";
import { copyFileSync, readdirSync, renameSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { labCluster } from "../../cli/clusters/lab";
import { openStack } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { paths } from "../../shared/paths";
import { run } from "../../shared/process";
import { converged, deployed, kept, type Overrides } from "./killed/killed";
import { first, second } from "./killed/stacks";
import { kubectl, npm, succeeded } from "./support";

/* The state of a stack is lost, damaged or locked while its cluster is there: nothing of it is lost, and nobody has to delete anything. */

const stackOf = (overrides: Overrides) => openStack(DEV, labCluster, overrides);

describe("a state that is not what it was", () => {
  const pulumi = join(paths.pulumiState, ".pulumi");
  const file = join(pulumi, "stacks", "homelab", "dev.json");
  const backups = join(pulumi, "backups", "homelab", "dev");
  const copies = () =>
    readdirSync(backups)
      .filter((name) => name.endsWith(".json"))
      .sort();
  const generated = () => succeeded(kubectl("get", "secret", "former", "-n", "stores", "-o", "jsonpath={.data.KEY}")).stdout;
  let made: Record<string, string>;

  before("a stack with data and generated passwords", async () => {
    succeeded(npm("stop", "--data"));
    succeeded(npm("lab", "up"));
    await deployed(first);
    made = kept();
  });

  after(() => {
    succeeded(npm("stop", "--data"));
  });

  it("damaged: health goes by its copy, and the next deployment puts that back", async () => {
    truncateSync(file, 5000);
    const health = succeeded(npm("health"));
    assert.match(health.stderr, /the state of the stack "dev" is damaged; this goes by its copy of/);
    assert.match(await deployed(first), /could not be read: its copy of .* is in its place now/);
    await converged(stackOf(first));
    assert.deepEqual(kept(), made);
  });

  it("an older one: what was deployed since is taken up, what was removed stays removed", async () => {
    const older = join(backups, copies().at(-1)!);
    await deployed(second);
    copyFileSync(older, file);
    assert.match(await deployed(second), /is older .* than the newest copy of it/);
    await converged(stackOf(second));
    assert.deepEqual(kept(), made);
    await deployed(first);
  });

  it("lost with all its copies: what the cluster has is adopted with its data and its passwords", async () => {
    const key = generated();
    assert.ok(key.length > 40);
    rmSync(pulumi, { recursive: true });
    assert.match(await deployed(first), /objects of this stack that its state does not know/);
    await converged(stackOf(first));
    assert.deepEqual([kept(), generated()], [made, key]);
  });

  it("locked, for its passphrase is lost: health goes on, no new one is made, and the remedy works", async () => {
    renameSync(paths.passphrase, `${paths.passphrase}.away`);
    const health = succeeded(npm("health")).stderr;
    assert.match(health, /The passphrase is gone\. Put it back as /);
    assert.match(health, /this goes by what is not encrypted, and by the cluster/);
    const refused = npm("start");
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /passphrase is gone, and the state of dev hangs on it/);
    run("sh", ["-c", /^ {2}mv .*$/m.exec(refused.stderr)![0]]);
    succeeded(npm("lab", "up"));
    await deployed(first);
    await converged(stackOf(first));
    assert.deepEqual(kept(), made);
  });
});
