import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { ensurePassphrase, lockedStacks } from "../../cli/engine/passphrase";

describe("the passphrase that is ours", () => {
  let folder: string;
  const file = () => join(folder, "passphrase");
  const state = () => join(folder, "state");
  const stacks = () => join(state(), ".pulumi", "stacks", "homelab");
  const secret = JSON.stringify({ checkpoint: { latest: { resources: [{ outputs: { key: { ciphertext: "v1:..." } } }] } } });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "homelab-passphrase-"));
    mkdirSync(stacks(), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is made once, for its owner alone, and stays", () => {
    writeFileSync(join(stacks(), "dev.json"), JSON.stringify({ checkpoint: { latest: { resources: [] } } }));
    ensurePassphrase(file(), state());
    const made = readFileSync(file(), "utf8");
    assert.match(made, /^[\w-]{43}$/);
    assert.equal(statSync(file()).mode & 0o777, 0o600);
    ensurePassphrase(file(), state());
    assert.equal(readFileSync(file(), "utf8"), made);
  });

  for (const [what, lose] of [
    ["gone", () => undefined],
    ["empty", () => writeFileSync(file(), "")],
  ] as const) {
    for (const name of ["dev.json", "dev.json.bak"]) {
      it(`is not made anew when it is ${what} and ${name} depends on it; the remedy works`, () => {
        writeFileSync(join(stacks(), name), secret);
        lose();
        assert.deepEqual(lockedStacks(state()), ["dev"]);
        let message = "";
        assert.throws(
          () => ensurePassphrase(file(), state()),
          (error: Error) => (message = error.message) !== "",
        );
        assert.match(message, /the state of dev hangs on it/);
        assert.equal(existsSync(file()) && readFileSync(file(), "utf8") !== "", false);
        assert.equal(spawnSync("sh", ["-c", /^ {2}mv .*$/m.exec(message)![0]]).status, 0);
        ensurePassphrase(file(), state());
        assert.match(readFileSync(file(), "utf8"), /^[\w-]{43}$/);
        renameSync(join(state(), ".pulumi.locked"), join(state(), ".pulumi"));
        assert.ok(existsSync(join(stacks(), name)), "nothing is thrown away");
      });
    }
  }
});
