import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cgroupHierarchies, runningNode } from "../../lab/cluster/node";
import { labId, paths } from "../../lab/shared/paths";
import { run, startTime } from "../../lab/shared/process";
import { inLab, npm, succeeded } from "./support";

/** What of this checkout's lab is on the machine: processes, mounts, links, control groups. */
function traces(): string[] {
  const processes = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => {
      try {
        return startTime(Number(pid)) !== undefined && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${paths.lab}/run`);
      } catch {
        return false;
      }
    });
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .filter((line) => line.includes(paths.lab));
  const links = run("ip", ["-br", "link"])
    .stdout.split("\n")
    .filter((line) => line.startsWith(`lab${labId}`));
  const groups = cgroupHierarchies()
    .map((folder) => join(folder, `homelab-${labId}`))
    .filter((folder) => existsSync(folder));
  return [...processes.map((pid) => `process ${pid}`), ...mounts, ...links, ...groups];
}

describe("stopping and starting again", () => {
  const image = "registry.homelab.test/e2e/random:1";
  let digest: string;

  before(() => {
    digest = succeeded(inLab(["crane", "digest", image])).stdout;
    assert.notDeepEqual(traces(), [], "the test would not see a running lab");
  });

  it("leaves no process, mount, link or control group after npm stop", () => {
    succeeded(npm("stop"));
    assert.deepEqual(traces(), []);
  });

  it("says plainly that nothing is running", () => {
    assert.equal(npm("lab", "status").status, 1);
    const health = npm("health");
    assert.equal(health.status, 1);
    assert.match(health.text, /not running.*npm start/);
    assert.doesNotMatch(health.text, /\n {4}at /);
  });

  it("has the images again after npm start, and changes nothing", () => {
    const started = succeeded(npm("start"));
    assert.doesNotMatch(started.stderr, /\d+ (created|updated|replaced|deleted)/);
    assert.equal(succeeded(inLab(["crane", "digest", image])).stdout, digest);
  });

  it("comes back from being killed", () => {
    const node = runningNode();
    assert.ok(node);
    process.kill(node.pid, "SIGKILL");
    succeeded(npm("start"));
    assert.equal(succeeded(inLab(["crane", "digest", image])).stdout, digest);
  });

  it("removes the images with npm stop -- --data", () => {
    succeeded(npm("stop", "--data"));
    assert.deepEqual(traces(), []);
    assert.equal(existsSync(paths.data), false);
  });
});
