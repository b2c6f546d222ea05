import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { loadConfig } from "../../components/configuration";

/** The engine's side, as the language host leaves it to a program. */
function setConfig(values: Record<string, string>, secretKeys: string[] = []): void {
  pulumi.runtime.setAllConfig(values, secretKeys);
}

describe("loadConfig", () => {
  let folder: string;
  const before = process.cwd();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "config-"));
    process.chdir(folder);
    void pulumi.runtime.setMocks(
      { newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: ({ inputs }) => inputs },
      "homelab",
      "trial",
    );
  });
  afterEach(() => {
    setConfig({});
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  it("returns the stack's configuration", () => {
    setConfig({ "homelab:context": "home", "homelab:routing": '{"port":8443}', "kubernetes:context": "other" });
    const config = loadConfig();
    assert.equal(config.context, "home");
    assert.equal(config.routing.port, 8443);
  });

  it("reads the documented keys, whatever the project is called", async () => {
    await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) }, "garden", "trial");
    setConfig({ "homelab:context": "home", "garden:context": "", "garden:domain": "elsewhere.test" });
    const { context, domain } = loadConfig();
    assert.deepEqual([context, domain], ["home", "homelab.home.arpa"]);
  });

  it("keeps passwords secret", async () => {
    const users = [{ name: "ci", password: "correct horse" }];
    setConfig({ "homelab:context": "home", "homelab:registry": JSON.stringify({ users }) }, ["homelab:registry"]);
    const [user] = loadConfig().registry.users;
    assert.equal(await pulumi.isSecret(user!.password), true);
  });

  it("takes a key under its former name, with a word about it", () => {
    const said: string[] = [];
    const warn = pulumi.log.warn;
    const log = pulumi.log as { warn: (words: string) => Promise<void> };
    log.warn = (words) => Promise.resolve(void said.push(words));
    try {
      const card = [{ name: "agents/plan:v1", file: "./plan.json" }];
      setConfig({ "homelab:context": "home", "homelab:artefacts": JSON.stringify(card), "homelab:artifacts": "[]" });
      assert.equal(loadConfig().artifacts[0]!.name, "agents/plan:v1");
      assert.match(said.join("\n"), /homelab:artefacts is called homelab:artifacts now: rename it in Pulumi\.trial\.yaml/);
    } finally {
      log.warn = warn;
    }
  });

  it("throws every mistake at once as an error without a stack trace", () => {
    setConfig({ "homelab:domain": "Homelab.local", "homelab:routing": '{"port":0}' });
    assert.throws(loadConfig, (error: Error) => {
      assert.ok(pulumi.RunError.isInstance(error));
      assert.match(error.message, /^The configuration of stack trial has 3 mistakes/);
      assert.match(error.message, /--stack trial homelab:domain homelab\.local/);
      return true;
    });
  });

  it("distinguishes plain passwords from encrypted ones by the stack file beside the project", () => {
    const users = [
      { name: "ci", password: "sesame-encrypted" },
      { name: "deploy", password: "sesame-in-plain-text" },
    ];
    const values = { "homelab:context": "home", "homelab:registry": JSON.stringify({ users }) };
    setConfig(values, ["homelab:registry"]);
    loadConfig();

    const stored = [{ ...users[0], password: { secure: "v1:ciphertext" } }, users[1]];
    writeFileSync("Pulumi.trial.yaml", JSON.stringify({ config: { "homelab:registry": { users: stored } } }));
    assert.throws(loadConfig, (error: Error) => {
      assert.match(error.message, /has one mistake/);
      assert.match(error.message, /registry\.users\[1\]\.password is stored in plain text/);
      assert.doesNotMatch(error.message, /sesame/);
      return true;
    });
  });

  it("does without a stack file that cannot be read", () => {
    writeFileSync("Pulumi.trial.yaml", "config: [unfinished");
    setConfig({ "homelab:context": "home" });
    assert.equal(loadConfig().context, "home");
  });
});
