import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endOrphanedPlugins, orphanedPlugins } from "../../cli/shared/orphans";
import { interruption, isDead } from "../../cli/shared/recover";
import { mended } from "../../cli/shared/state/mend";
import type { PendingOperation, Resource } from "../../cli/shared/state/state";

const urn = (name: string, type = "kubernetes:core/v1:ConfigMap") => `urn:pulumi:dev::homelab::${type}::${name}`;
const object = (name: string, more: Partial<Resource> = {}): Resource => ({
  urn: urn(name),
  type: "kubernetes:core/v1:ConfigMap",
  id: `space/${name}`,
  custom: true,
  inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "space" } },
  ...more,
});
const pending = (type: PendingOperation["type"], resource: Resource): PendingOperation => ({ type, resource });
const begun = (name: string, more: Partial<Resource> = {}) => pending("creating", object(name, { id: undefined, ...more }));
const brief = ({ urn: of, id, ...flags }: Resource) =>
  [of.split("::").at(-1), id, flags.delete && "to delete", flags.taint && "tainted"].filter(Boolean).join(" ");

describe("locks of a state", () => {
  const table: Array<[string, string, boolean]> = [
    ["of a process that is gone", JSON.stringify({ pid: 2 ** 22 - 1, hostname: "here" }), true],
    ["of a process that is another one now", JSON.stringify({ pid: process.pid, hostname: "here" }), true],
    ["of another machine", JSON.stringify({ pid: 2 ** 22 - 1, hostname: "there" }), false],
    ["that were only half written", '{"pid": 1', true],
    ["that are empty", "", true],
  ];
  for (const [what, lock, dead] of table) {
    it(`${what}: ${dead ? "removed" : "kept"}`, () => assert.equal(isDead(lock, "here"), dead));
  }

  it("of an engine that runs: kept", () => {
    const engine = spawn("sh", ["-c", "sleep 30; true"], { argv0: "/somewhere/pulumi" });
    try {
      assert.equal(isDead(JSON.stringify({ pid: engine.pid, hostname: "here" }), "here"), false);
    } finally {
      engine.kill();
    }
  });
});

describe("plugins that outlive their engine", () => {
  const plugin = (pid: number, parent: number, ...words: string[]) => ({ pid, parent, words });
  const kubernetes = "/home/plugins/resource-kubernetes-v1/pulumi-resource-kubernetes";

  it("are those of the folder whose parent is no engine", () => {
    const processes = [
      plugin(1, 0, "/sbin/init"),
      plugin(10, 1, "/engine/pulumi", "up"),
      plugin(11, 10, kubernetes, "127.0.0.1:1"),
      plugin(12, 1, kubernetes, "127.0.0.1:2"),
      plugin(13, 1, "node", "/home/plugins/resource-random-v1/pulumi-resource-random.js"),
      plugin(14, 1, "/elsewhere/plugins/resource-kubernetes-v1/pulumi-resource-kubernetes"),
      plugin(15, 1, "sh", "-c", "ls /home/plugins"),
    ];
    assert.deepEqual(
      orphanedPlugins(processes, "/home").map(({ pid }) => pid),
      [12, 13],
    );
  });

  it("are ended, and nothing else", async () => {
    const home = mkdtempSync(join(tmpdir(), "homelab-orphans-"));
    const orphan = spawn("sleep", ["60"], { argv0: join(home, "plugins", "resource-x-v1", "pulumi-resource-x") });
    const other = spawn("sleep", ["60"]);
    try {
      const ended = once(orphan, "exit");
      endOrphanedPlugins(home);
      await ended;
      assert.equal(other.exitCode ?? other.signalCode, null);
    } finally {
      orphan.kill();
      other.kill();
      rmSync(home, { recursive: true });
    }
  });
});

describe("what an interrupted run had begun", () => {
  it("becomes a resource by the provider's identity, with its own inputs for outputs until the engine has read it", () => {
    const ofCluster = begun("two", { inputs: { apiVersion: "v1", kind: "Namespace", metadata: { name: "two" } } });
    const before = { resources: [object("there")], pending_operations: [begun("one"), ofCluster] };
    const { deployment, toRead } = mended(before, before.pending_operations);
    assert.deepEqual(deployment.pending_operations, []);
    assert.deepEqual(deployment.resources?.map(brief), ["there space/there", "one space/one", "two two"]);
    assert.deepEqual(deployment.resources?.[1]?.outputs, object("one").inputs);
    assert.deepEqual(toRead, [urn("one"), urn("two")]);
  });

  it("is forgotten when it did not come to be, and made again", () => {
    assert.deepEqual(mended({ pending_operations: [begun("one")] }, []), {
      deployment: { resources: [], pending_operations: [] },
      toRead: [],
    });
  });

  const table: Array<[string, PendingOperation[], PendingOperation[], string[]]> = [
    ["a change: read, whatever became of it", [pending("updating", object("a"))], [], ["a space/a"]],
    ["a deletion: read, whatever became of it", [pending("deleting", object("a"))], [], ["a space/a"]],
    [
      "a replacement under another name: the former one is still to be deleted",
      [],
      [begun("a", named("b"))],
      ["a space/b", "a space/a to delete"],
    ],
    ["a creation that the state knows already", [], [begun("a")], ["a space/a"]],
  ];
  for (const [what, unread, created, expected] of table) {
    it(what, () => {
      const { deployment, toRead } = mended({ resources: [object("a")], pending_operations: [...unread, ...created] }, created);
      assert.deepEqual(deployment.resources?.map(brief), expected);
      assert.deepEqual(toRead, [urn("a")]);
      // The engine itself forgets them when it has read their objects.
      assert.deepEqual(deployment.pending_operations, unread);
    });
  }

  it("a name that went back: what was to be deleted stays, and the other one goes", () => {
    const renamed = object("a", { id: "space/b", ...named("b") });
    const before = { resources: [renamed, object("a", { delete: true })] };
    const { deployment } = mended(before, [begun("a")]);
    assert.deepEqual(deployment.resources?.map(brief), ["a space/a", "a space/b to delete"]);
  });

  it("a replacement of what is deleted takes its place", () => {
    const created = begun("a");
    const before = { resources: [object("a", { pendingReplacement: true })], pending_operations: [created] };
    assert.deepEqual(mended(before, [created]).deployment.resources?.map(brief), ["a space/a"]);
    assert.equal(mended(before, [created]).deployment.resources?.[0]?.pendingReplacement, undefined);
  });

  it("stands after all that it refers to", () => {
    const created = begun("a", {
      ...named("b"),
      dependencies: [urn("late")],
      parent: urn("parent"),
      provider: `${urn("cluster")}::1`,
    });
    const dependent = object("dependent", { dependencies: [urn("a")] });
    const rest = ["late", "parent", "cluster"].map((name) => object(name));
    const { deployment } = mended({ resources: [object("a"), dependent, ...rest] }, [created]);
    const order = deployment.resources!.map(brief);
    const place = (name: string) => order.indexOf(name);
    assert.deepEqual(order.slice().sort(), [
      "a space/a to delete",
      "a space/b",
      "cluster space/cluster",
      "dependent space/dependent",
      "late space/late",
      "parent space/parent",
    ]);
    for (const needed of ["late space/late", "parent space/parent", "cluster space/cluster"]) {
      assert.ok(place(needed) < place("a space/b"), order.join(", "));
    }
    assert.ok(place("a space/b") < place("dependent space/dependent"), order.join(", "));
  });

  it("is run again where it is a command, for there is nothing to look at", () => {
    const type = "command:local:Command";
    const command = { urn: urn("push", type), type, id: "push1", custom: true };
    const before = { resources: [command], pending_operations: [pending("updating", command)] };
    const { deployment, toRead } = mended(before, []);
    assert.deepEqual([deployment.resources?.map(brief), deployment.pending_operations, toRead], [["push push1 tainted"], [], []]);
  });

  it("is described in words", () => {
    assert.equal(interruption([begun("a")]), "created 1 object");
    assert.equal(
      interruption([begun("a"), pending("updating", object("b")), begun("c"), pending("deleting", object("d"))]),
      "created 2 objects and changed 1 and deleted 1",
    );
  });
});

function named(name: string): Partial<Resource> {
  return { inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "space" } } };
}
