import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { readArchive } from "../../components/blocks/images/archive";
import { RegistryClient } from "../../components/blocks/images/client";
import { labCluster } from "../../cli/clusters/lab";
import { deploy } from "../../cli/shared/deploy";
import { awaitHealth, type Health } from "../../cli/shared/health";
import { openStack } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { s3Client } from "../../cli/measure/aws";
import { requireNode, runInNode } from "../../lab/cluster/node";
import { waitFor } from "../../shared/process";
import { kill } from "./aws/emulator";
import { writer, writerArchives, writerImages } from "./apps/writer";
import { inLab, kubectl, kubectlJson, npm, randomImage, scratch, startInLab, succeeded, trusting } from "./support";

/*
 * Volumes that fill up. Each claim gets a small file system of its own, mounted over its folder in the node: local-path
 * keeps claims to no size.
 */

/** Folder of a claim's volume on the node. */
function folderOf(namespace: string, claim: string): string {
  const { spec } = kubectlJson<{ spec: { volumeName: string } }>("get", "pvc", "-n", namespace, claim);
  return kubectlJson<{ spec: { hostPath: { path: string } } }>("get", "pv", spec.volumeName).spec.hostPath.path;
}

const inNode = (...command: string[]) => runInNode(requireNode(), command, true);

interface Small {
  fill: (leaveKiB: number) => void;
  free: () => void;
  grow: (size: string) => void;
}

/** Gives a claim a file system of its own, and starts the workload that uses it anew on that. */
function onSmall(namespace: string, claim: string, workload: string, size: string): Small {
  const folder = folderOf(namespace, claim);
  const mount = (...options: string[]) =>
    assert.equal(inNode("mount", "-t", "tmpfs", "-o", options.join(), "tmpfs", folder).status, 0);
  mount(`size=${size}`, "mode=0777");
  succeeded(kubectl("delete", "pod", "-n", namespace, "--all", "--wait"));
  succeeded(kubectl("rollout", "status", "-n", namespace, workload, "--timeout=120s"));
  const freeKiB = () => Number(inNode("stat", "-f", "-c", "%a", folder).stdout) * 4;
  return {
    fill: (leave) => void inNode("dd", "if=/dev/zero", `of=${folder}/fill`, "bs=1024", `count=${freeKiB() - leave}`),
    free: () => void inNode("rm", `${folder}/fill`),
    grow: (to) => mount("remount", `size=${to}`),
  };
}

/** What `npm run health` tells of a claim's volume. */
function volume(claim: string) {
  const { services } = JSON.parse(npm("health", "--json").stdout) as Health;
  const found = services.find((row) => row.volume?.claims.includes(claim));
  assert.ok(found, `no row for ${claim}: ${JSON.stringify(services)}`);
  return found;
}

describe("volumes that are full", () => {
  let values: Record<string, unknown>;

  before("the lab is empty", async () => {
    succeeded(npm("stop", "--data"));
    const archives = await writerArchives();
    succeeded(npm("lab", "up"));
    const notes = writer("notes", archives, { image: writerImages.named, block: { podSecurity: "baseline" } });
    const localstack = { enabled: true, flavor: "ministack", services: ["s3", "sqs"] };
    const stack = openStack(DEV, labCluster, { apps: [notes], localstack });
    values = await deploy(stack);
    assert.ok((await awaitHealth(values, 60, stack)).healthy);
  });

  after(() => {
    succeeded(npm("stop", "--data"));
  });

  it("are one row with the node's disk as long as they are folders of it", () => {
    const { name, url, healthy, detail, volume: fill } = volume("registry/registry-data");
    assert.deepEqual([name, url, healthy], ["disk", "node lab", true]);
    assert.match(detail, /^\d+ % of \d+ GiB used \(4 claims lie on it, and local-path keeps them to no size\)$/);
    const claims = ["localstack/localstack-data", "notes/notes-data", "notes/notes-data-backups", "registry/registry-data"];
    assert.deepEqual([...fill!.claims].sort(), claims);
  });

  describe("the registry's", () => {
    const small = "registry.homelab.test/full/small";
    const claim = "registry/registry-data";
    let room: Small;
    /** With which the platform pushes what apps list. */
    const client = () => {
      const { registryUrl, caCertificate, registryUsername, registryPassword } = values as Record<string, string>;
      const records = values.dnsRecords as { name: string; address: string }[];
      const { address } = records.find(({ name }) => name === "registry.homelab.test")!;
      const account = { username: registryUsername!, password: registryPassword! };
      return new RegistryClient({ url: registryUrl!, address, ca: caCertificate!, insecure: false, ...account });
    };
    const push = (archive: string, name: string) => inLab(trusting(["crane", "push", archive, name]));

    before(() => {
      room = onSmall("registry", "registry-data", "deployment/registry", "24m");
      succeeded(push(randomImage("small", 1, 2), `${small}:1`));
    });

    it("is reported before it is full", () => {
      room.fill(1536);
      const { url, healthy, detail } = volume(claim);
      assert.deepEqual([url, healthy], [claim, false]);
      assert.match(
        detail,
        /^9\d % of 24 MiB used, 1\.\d MiB free .*: free what broken-off pushes left \(kubectl exec -n registry /,
      );
      room.free();
      assert.equal(volume(claim).healthy, true);
    });

    it("reports it to the client, goes on with pulls, and is freed by the command that health prints", async () => {
      const archive = randomImage("large", 1, 40);
      const refused = push(archive, "registry.homelab.test/full/large:1");
      assert.notEqual(refused.status, 0);
      assert.match(refused.text, /no space left on device/);
      succeeded(inLab(trusting(["crane", "pull", `${small}:1`, scratch("small-back.tar")])));
      const { healthy, detail } = volume(claim);
      assert.equal(healthy, false);
      assert.match(detail, /^full: \d+ KiB of 24 MiB free, so what writes there fails; reading goes on/);
      await assert.rejects(
        client().push("full/own", "1", archive, readArchive(archive)),
        /the registry's volume is full; `npm run health`/,
      );
      // As after a while: what was written to just now may be a push that goes on.
      const uploads = ["find", "/var/lib/registry", "-path", "*_uploads*", "-name", "data"];
      const old = ["-exec", "touch", "-d", "2020-01-01 00:00", "{}", "+"];
      succeeded(kubectl("exec", "-n", "registry", "deploy/registry", "--", ...uploads, ...old));
      const command = /\((kubectl exec .*? \+)\)/.exec(detail)![1]!;
      succeeded(inLab(["sh", "-ec", command]));
      assert.equal(volume(claim).healthy, true);
      succeeded(push(randomImage("again", 1, 2), `${small}:2`));
    });
  });

  describe("the emulator's", () => {
    const claim = "localstack/localstack-data";
    const object = (Key: string) => ({ Bucket: "full", Key });
    let room: Small;

    before(async () => {
      room = onSmall("localstack", "localstack-data", "deployment/localstack", "20m");
      assert.ok((await awaitHealth(values, 60)).healthy);
      await s3Client(values).send(new CreateBucketCommand({ Bucket: "full" }));
      await s3Client(values).send(new PutObjectCommand({ ...object("first"), Body: "kept" }));
    });

    const put = (key: string) =>
      s3Client(values).send(new PutObjectCommand({ ...object(key), Body: Buffer.alloc(4 * 2 ** 20, 1) }));

    // MiniStack says 200 to what it cannot write, so health has to say it.
    it("goes on with reads, and is reported with the consequences; then writes are kept again", async () => {
      room.fill(0);
      await put("second");
      const { Body } = await s3Client(values).send(new GetObjectCommand(object("first")));
      assert.equal(await Body!.transformToString(), "kept");
      const { url, healthy, detail } = volume(claim);
      assert.deepEqual([url, healthy], [claim, false]);
      assert.match(detail, /^full: .*lost at its next restart/);
      room.free();
      await put("third");
      await kill(values);
      await s3Client(values).send(new GetObjectCommand(object("third")));
      await assert.rejects(s3Client(values).send(new GetObjectCommand(object("second"))));
    });
  });

  describe("a database's", () => {
    let room: Small;
    const inProgram = ["exec", "-n", "notes", "deploy/notes", "-c", "main", "--"];
    const sql = (statement: string) => kubectl(...inProgram, "sqlite3", "/data/app.db", statement);
    const pad = "INSERT INTO notes SELECT hex(randomblob(300000))";

    before(async () => {
      room = onSmall("notes", "notes-data", "deployment/notes", "4m");
      // As programs do, one keeps the database open: SQLite's log cannot be opened anew without room.
      const log = scratch("open");
      const open = "{ echo 'SELECT text FROM notes;'; sleep 60; } | sqlite3 /data/app.db";
      void startInLab(["kubectl", ...inProgram, "sh", "-c", open], log);
      await waitFor(
        () => readFileSync(log, "utf8") || undefined,
        30,
        () => "the database is not opened",
      );
    });

    it("fails writes, goes on with reads, and is reported; then all works again", () => {
      room.fill(0);
      assert.match(sql(pad).text, /database or disk is full/);
      assert.match(succeeded(sql("SELECT text FROM notes LIMIT 1")).stdout, /started/);
      const { url, healthy, detail } = volume("notes/notes-data");
      assert.deepEqual([url, healthy], ["notes/notes-data", false]);
      assert.match(detail, /^full: .*delete what else lies there, or give `database` a larger claim/);
      room.free();
      succeeded(sql(pad));
    });
  });

  describe("that of the copies", () => {
    let room: Small;
    const folder = () => scratch("full-copies");
    const inCopier = (script: string) =>
      succeeded(kubectl("exec", "-n", "notes", "deploy/notes", "-c", "sqlite-backup", "--", "sh", "-c", script)).stdout.trim();

    before(async () => {
      succeeded(npm("backup", "--app", "notes", "--to", folder()));
      room = onSmall("notes", "notes-data-backups", "deployment/notes", "2m");
      const made = () => inCopier("ls /backups/copies") || undefined;
      await waitFor(made, 60, () => "no copy is made", 500);
      room.fill(64);
    });

    it("is named by backup and restore, which leave nothing behind", () => {
      const copy = join(folder(), readdirSync(folder())[0]!);
      for (const args of [["backup"], ["restore", "--from", copy]]) {
        const { status, text } = npm(args[0]!, "--app", "notes", ...args.slice(1));
        assert.equal(status, 1, text);
        assert.match(text, /the claim of the copies notes\/notes-data-backups (is full|\(\d+ KiB free\))/);
        assert.match(text, /Keep fewer copies \(`keep`\) and deploy, or give `backup` a larger claim/);
      }
      assert.match(inCopier("ls -A /backups | tr '\\n' ' '"), /^copies fill ?$/);
      assert.equal(volume("notes/notes-data-backups").healthy, false);
    });

    it("works again with room", () => {
      room.grow("16m");
      const copy = join(folder(), readdirSync(folder())[0]!);
      succeeded(npm("restore", "--app", "notes", "--from", copy));
      succeeded(npm("backup", "--app", "notes", "--to", scratch("full-again")));
      assert.equal(volume("notes/notes-data-backups").healthy, true);
    });
  });
});
