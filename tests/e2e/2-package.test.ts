import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../shared/paths";
import { capture, inLab, npm, succeeded } from "./support";

/* A stranger's program with the packed components, installed by npm, on the lab's cluster. */
describe("a program of somebody else's", function () {
  let project: string;
  const pulumi = (...args: string[]) => {
    const env = { PULUMI_CONFIG_PASSPHRASE: "test", PULUMI_BACKEND_URL: `file://${project}/state`, NODE_PATH: "" };
    return inLab(["sh", "-c", `cd ${project} && pulumi "$@"`, "sh", ...args, "--non-interactive"], { env });
  };

  before("npm installs the packed components", () => {
    succeeded(npm("start"));
    project = mkdtempSync(join(tmpdir(), "stranger-"));
    cpSync(join(root, "examples", "registry"), project, { recursive: true });
    const [tarball] = succeeded(npm("pack", "components", "--to", project))
      .stdout.trim()
      .split("\n");
    const manifest = { name: "images", private: true, dependencies: { "homelab-components": `file:${tarball}` } };
    writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
    mkdirSync(join(project, "state"));
    const install = capture("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: project });
    succeeded(install);
    succeeded(pulumi("stack", "init", "home"));
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  it("previews what the component makes, changed by the program's transform", () => {
    const { stdout } = succeeded(pulumi("preview", "--diff"));
    assert.match(stdout, /homelab:registry:Registry: \(create\)/);
    assert.match(stdout, /progressDeadlineSeconds\s*: 1200/);
    assert.match(stdout, /url\s*: "https:\/\/registry\.home\.arpa"/);
  });

  it("is judged by the packed policies, with a configuration of its own", () => {
    const [tarball] = succeeded(npm("pack", "policies", "--to", project))
      .stdout.trim()
      .split("\n");
    succeeded(capture("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball!], { cwd: project }));
    const pack = ["--policy-pack", "node_modules/homelab-policies"];
    assert.match(succeeded(pulumi("preview", ...pack)).stdout, /homelab-policies@v[\d.]+ \(local: node_modules/);
    const refusing = (config: object) => {
      writeFileSync(join(project, "policies.json"), JSON.stringify(config));
      const { status, text } = pulumi("preview", ...pack, "--policy-pack-config", "policies.json");
      assert.notEqual(status, 0);
      return text;
    };
    assert.match(refusing({ "storage-limits": { maxClaim: "1Gi" } }), /\[mandatory\].*storage-limits[^]*asks for more than 1Gi/);
    assert.match(refusing({ "storage-limits": { maxClaim: 1 } }), /maxClaim: Invalid type\. Expected: string/);
    assert.match(refusing({ "storage-limits": { maxClame: "1Gi" } }), /storage-limits\.maxClame is not known/);
  });
});
