import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
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
  const env = { ...process.env, OFFLINE: "1", HOMELAB_LAB: lab };
  let outcomes: Outcomes;

  before(() => {
    const script = join(root, "tests", "cli", "engine", "runs.ts");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import=tsx", script], {
      cwd: root,
      encoding: "utf8",
      env,
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

  it("ends in order when the terminal interrupts it, and nobody is left without an answer", async () => {
    const args = [join(root, "cli", "run.js"), "preview", "--stack", "homelab"];
    // A group of its own, as a terminal makes one for a command.
    const command = spawn(process.execPath, args, { cwd: root, env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    let interrupted = false;
    command.stderr.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (interrupted || !text.includes("Previewing update")) return;
      interrupted = true;
      process.kill(-command.pid!, "SIGINT");
    });
    const [status, signal] = (await once(command, "close")) as [number | null, string | null];
    assert.deepEqual([status, signal], [1, null], text.slice(-2000));
    assert.match(text, /\nInterrupted\. Run the same command again/);
  });

  it("says that another one holds the stack, and how to go on if none does", () => {
    assert.match(
      outcomes.locked,
      /^EngineFailure: [^]*Another run holds this stack[^]*PULUMI_BACKEND_URL='file:\/\/.*' pulumi cancel --yes --stack homelab/,
    );
    assert.equal(outcomes.read, "it ended well");
  });
});
