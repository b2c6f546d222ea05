import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cgroupHierarchies, daemonWaiter, runningNode } from "../../lab/cluster/node";
import { busyboxImage } from "../../lab/images/catalogue";
import { labId, paths, root } from "../../shared/paths";
import { children, run, startTime, waitFor } from "../../shared/process";
import { devStackIsUp, inLab, kubectl, kubectlApply, npm, randomImage, succeeded } from "./support";

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

/** Types of the resources whose creation the dev stack's state holds to be under way. */
function pendingCreations(): string[] {
  const file = join(paths.pulumiState, ".pulumi", "stacks", "homelab", "dev.json");
  try {
    const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as Checkpoint;
    return (checkpoint.latest?.pending_operations ?? []).map(({ resource }) => resource.type);
  } catch {
    return []; // Not there yet, or just being written.
  }
}

interface Checkpoint {
  checkpoint: { latest?: { pending_operations?: Array<{ resource: { type: string } }> } };
}

/** A process and all that it started, parents first. */
const descendants = (pid: number): number[] => [pid, ...children(pid).flatMap(descendants)];

describe("stopping and starting again", () => {
  const image = "registry.homelab.test/e2e/kept:1";
  let digest: string;

  before("an image is in the registry", () => {
    devStackIsUp();
    succeeded(inLab(["crane", "push", randomImage("kept", 1, 1), image]));
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

  it("lets programs end in order when daemons of the node have died, which health reports", () => {
    const names = { name: "writes-at-its-end", namespace: "default" };
    const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } };
    const container = {
      name: "main",
      image: busyboxImage(),
      command: [
        "sh",
        "-c",
        "trap 'echo in order > /data/ended; exit 0' TERM; touch /data/began; while true; do sleep 1 & wait $!; done",
      ],
      volumeMounts: [{ name: "data", mountPath: "/data" }],
    };
    const volumes = [{ name: "data", persistentVolumeClaim: { claimName: names.name } }];
    for (const object of [
      { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: names, spec: claim },
      { apiVersion: "v1", kind: "Pod", metadata: names, spec: { containers: [container], volumes } },
    ]) {
      succeeded(kubectlApply(object));
    }
    succeeded(kubectl("wait", "--for=condition=Ready", "pod/writes-at-its-end", "--timeout=60s"));
    for (const daemon of ["kubelet", "etcd"]) {
      for (const pid of children(daemonWaiter(daemon)!)) process.kill(pid, "SIGKILL");
    }
    const health = npm("health");
    assert.equal(health.status, 1, health.text);
    assert.match(health.text, /The lab's node has lost (etcd, kubelet|kubelet, etcd): `npm start` makes it anew/);
    assert.match(succeeded(npm("start")).stderr, /the node has lost (etcd, kubelet|kubelet, etcd)/);
    const volume = readdirSync(paths.volumes).find((folder) => folder.includes("writes-at-its-end"));
    assert.equal(readFileSync(join(paths.volumes, volume!, "ended"), "utf8"), "in order\n");
  });

  it("takes up what an interrupted deployment had begun, and makes nothing twice", async () => {
    succeeded(npm("stop", "--data"));
    succeeded(npm("lab", "up"));
    const start = spawn(process.execPath, ["cli/run.js", "start"], { cwd: root, env: { ...process.env, OFFLINE: "1" } });
    const ended = once(start, "exit");
    await waitFor(
      () => pendingCreations().find((type) => type.endsWith(":Deployment")),
      120,
      () => "no Deployment was begun",
      20,
    );
    for (const pid of descendants(start.pid!)) process.kill(pid, "SIGKILL");
    await ended;
    assert.notDeepEqual(pendingCreations(), []);
    assert.match(succeeded(npm("start")).stderr, /an earlier run was interrupted while it created \d+ object/);
    assert.deepEqual(pendingCreations(), []);
    assert.match(succeeded(npm("start")).stderr, /\d+ unchanged/);
  });

  it("removes the images with npm stop -- --data", () => {
    succeeded(npm("stop", "--data"));
    assert.deepEqual(traces(), []);
    assert.equal(existsSync(paths.data), false);
  });

  it("keeps the passphrase beside removed data while a stack file holds what it alone opens", () => {
    const file = join(root, "Pulumi.e2e.yaml");
    mkdirSync(paths.data, { recursive: true });
    writeFileSync(paths.passphrase, "for this test");
    writeFileSync(file, "encryptionsalt: v1:AAAA\nconfig: {}\n");
    try {
      assert.match(succeeded(npm("stop", "--data")).text, /passphrase is kept.*Pulumi\.e2e\.yaml/);
      assert.deepEqual(readdirSync(paths.data), ["passphrase"]);
    } finally {
      rmSync(file);
    }
    succeeded(npm("stop", "--data"));
    assert.equal(existsSync(paths.data), false);
  });
});
