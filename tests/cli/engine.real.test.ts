import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../shared/paths";

interface Outcomes {
  changes: boolean;
  refused: string;
  lost: string;
  locked: string;
  read: string;
}

/* Runs of the real engine, by the Automation API as the commands use it. */
describe("a run of the engine", function () {
  // Go compiles it the first time.
  this.timeout(900_000);
  const lab = mkdtempSync(join(tmpdir(), "homelab-runs-"));
  const tracked = readFileSync(join(root, "Pulumi.homelab.yaml"), "utf8");
  let outcomes: Outcomes;

  before(() => {
    const script = join(root, "tests", "cli", "engine", "runs.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import=tsx", script], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, OFFLINE: "1", HOMELAB_LAB: lab },
    });
    assert.equal(status, 0, stderr.slice(-4000));
    outcomes = JSON.parse(stdout) as Outcomes;
  });
  after(() => rmSync(lab, { recursive: true, force: true }));

  it("shows what there is to do, and leaves the tracked stack file alone", () => {
    assert.equal(outcomes.changes, true);
    assert.equal(readFileSync(join(root, "Pulumi.homelab.yaml"), "utf8"), tracked);
  });

  it("ends with the first cause where the program refuses its configuration", () => {
    assert.match(outcomes.refused, /^EngineFailure: pulumi failed on the stack "homelab"\.\n\nThe cause:\n[^]*homelab:domain/);
  });

  it("is ended when its cluster has lost a part, and says that instead of what followed", () => {
    assert.equal(outcomes.lost, "UserError: The cluster has lost its heart.");
  });

  it("says that another one holds the stack, and how to go on if none does", () => {
    assert.match(outcomes.locked, /^EngineFailure: [^]*Another run holds this stack[^]*pulumi cancel --yes --stack homelab/);
    assert.equal(outcomes.read, "it ended well");
  });
});
