import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { noCluster } from "../../cli/clusters/context";
import type { Stack } from "../../cli/shared/pulumi";
import { writeStackFile } from "../../cli/shared/stacks";
import { knownOutputs } from "../../cli/shared/state/readable";
import { SECRET } from "../../cli/shared/state/state";
import { buildPrograms } from "../../lab/engine/build";
import { enginePrograms } from "../../lab/engine/programs";

/* What is known of a stack whose state cannot be read in whole, by the real pulumi. */
describe("the outputs of a stack", function () {
  // Go compiles it the first time.
  this.timeout(900_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const stack = (more: NodeJS.ProcessEnv = {}): Stack => ({
    name: "dev",
    cluster: noCluster(),
    file: join(folder, "Pulumi.dev.yaml"),
    env: { ...env, ...more },
  });

  before("a stack with a secret output", async () => {
    const pulumi = (await buildPrograms(enginePrograms.filter(({ name }) => name === "pulumi"))).pulumi!;
    folder = mkdtempSync(join(tmpdir(), "homelab-readable-"));
    mkdirSync(join(folder, "state"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: homelab\nruntime: yaml\n");
    env = {
      PATH: `${dirname(pulumi)}:/usr/bin:/bin`,
      HOME: folder,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const run = (...words: string[]) => {
      const answer = spawnSync(pulumi, [...words, "--stack", "dev", "--non-interactive"], { cwd: folder, env, encoding: "utf8" });
      assert.equal(answer.status, 0, answer.stderr);
      return answer.stdout;
    };
    run("stack", "select", "--create");
    const { deployment, ...rest } = JSON.parse(run("stack", "export")) as { deployment: object };
    const type = "pulumi:pulumi:Stack";
    const outputs = { registryUrl: "https://here", registryPassword: { [SECRET.key]: SECRET.value, plaintext: '"secret"' } };
    const resources = [{ urn: `urn:pulumi:dev::homelab::${type}::homelab-dev`, type, custom: false, outputs }];
    writeFileSync(join(folder, "import.json"), JSON.stringify({ ...rest, deployment: { ...deployment, resources } }));
    run("stack", "import", "--file", join(folder, "import.json"));
    writeStackFile(join(folder, "Pulumi.dev.yaml"), {
      config: { "homelab:context": "no-cluster", "homelab:domain": "homelab.test" },
    });
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are all known with state and passphrase", () => {
    assert.deepEqual(knownOutputs(stack()), { registryUrl: "https://here", registryPassword: "secret" });
  });

  const locked: Array<[string, NodeJS.ProcessEnv]> = [
    ["wrong", { PULUMI_CONFIG_PASSPHRASE: "another" }],
    ["gone", { PULUMI_CONFIG_PASSPHRASE: undefined, PULUMI_CONFIG_PASSPHRASE_FILE: "/nonexistent/passphrase" }],
  ];
  for (const [what, more] of locked) {
    it(`are known but for the secrets where the passphrase is ${what}`, () => {
      assert.deepEqual(knownOutputs(stack(more)), { registryUrl: "https://here" });
    });
  }

  it("are those of the configuration where there is no state", () => {
    mkdirSync(join(folder, "nothing"));
    const { registryUrl, registryUsername, apps } = knownOutputs(
      stack({ PULUMI_BACKEND_URL: `file://${join(folder, "nothing")}` }),
    );
    assert.deepEqual([registryUrl, registryUsername, apps], ["https://registry.homelab.test", "admin", {}]);
  });

  it("are those of the configuration where the state is damaged", () => {
    const file = join(folder, "broken", ".pulumi", "stacks", "homelab", "dev.json");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '{"version":3');
    const { registryUrl } = knownOutputs(stack({ PULUMI_BACKEND_URL: `file://${join(folder, "broken")}` }));
    assert.equal(registryUrl, "https://registry.homelab.test");
  });
});
