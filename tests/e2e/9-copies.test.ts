import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { labCluster } from "../../cli/clusters/lab";
import { deploy } from "../../cli/shared/deploy";
import { openStack } from "../../cli/shared/pulumi";
import { awaitHealth, type Health } from "../../cli/shared/health";
import { DEV } from "../../cli/shared/stacks";
import { waitFor } from "../../shared/process";
import { writer, writerArchives, writerImages, type Archive } from "./apps/writer";
import { kubectl, npm, scratch, startInLab, succeeded } from "./support";

/* Copies of databases and their way back, for programs of every kind of user and mount, all in one deployment. */

interface Case {
  podSecurity: "restricted" | "baseline";
  image: string;
  file?: string;
  values?: Record<string, unknown>;
  /** User to whom the database belongs. */
  owner: number;
  /** One of those in a namespace that they share. */
  shared?: boolean;
}

const SHARED = "together";

const cases: Record<string, Case> = {
  root: { podSecurity: "baseline", image: writerImages.root, owner: 0 },
  named: { podSecurity: "baseline", image: writerImages.named, owner: 1000 },
  numeric: {
    podSecurity: "restricted",
    image: writerImages.named,
    values: { podSecurityContext: { runAsUser: 4242 } },
    owner: 4242,
    shared: true,
  },
  nested: {
    podSecurity: "restricted",
    image: writerImages.named,
    file: "/app/data/app.db",
    values: {
      podSecurityContext: { runAsUser: 1000 },
      file: "/app/data/app.db",
      mounts: [
        { mountPath: "/app", subPath: "root" },
        { mountPath: "/app/data", subPath: "data" },
      ],
    },
    owner: 1000,
    shared: true,
  },
  stateful: {
    podSecurity: "restricted",
    image: writerImages.named,
    values: { kind: "StatefulSet", claim: "", podSecurityContext: { runAsUser: 1000 } },
    owner: 1000,
  },
};

let archives: Archive[];

function app(name: string, { podSecurity, image, file, values, shared }: Case): Record<string, unknown> {
  return writer(name, archives, { image, file, values, block: shared ? { namespace: SHARED } : { podSecurity } });
}

const place = (name: string) => `${name === "stateful" ? "statefulset" : "deployment"}/${name}`;
const namespaceOf = (name: string) => (cases[name]?.shared ? SHARED : name);

/** In the program's container. */
function inProgram(name: string, ...command: string[]): string {
  return succeeded(kubectl("exec", "-n", namespaceOf(name), place(name), "-c", "main", "--", ...command)).stdout.trim();
}

function inCopier(name: string, script: string): string {
  return succeeded(
    kubectl("exec", "-n", namespaceOf(name), place(name), "-c", "sqlite-backup", "--", "sh", "-c", script),
  ).stdout.trim();
}

const fileOf = (name: string) => cases[name]!.file ?? "/data/app.db";
const sql = (name: string, statement: string) => inProgram(name, "sqlite3", fileOf(name), statement);

function rowOf({ services }: Health, name: string) {
  const found = services.find((one) => one.name === name && one.url.startsWith("copies in"));
  assert.ok(found, `no row for ${name}: ${JSON.stringify(services)}`);
  return found;
}

describe("copies of databases, for every kind of program", () => {
  let health: Health;

  before("the lab is empty", async () => {
    succeeded(npm("stop", "--data"));
    archives = await writerArchives();
    succeeded(npm("lab", "up"));
    const wrong = app("wrong", { ...cases.named!, file: "/data/library.db" });
    const apps = [...Object.entries(cases).map(([name, one]) => app(name, one)), wrong];
    const stack = openStack(DEV, labCluster, { namespaces: [{ name: SHARED }], apps, localstack: { enabled: false } });
    const values = await deploy(stack);
    health = await awaitHealth(values, 60, stack);
  });

  after(() => {
    succeeded(npm("stop", "--data"));
  });

  for (const name of Object.keys(cases)) {
    it(`${name}: made, checked, and reported`, () => {
      const row = rowOf(health, name);
      assert.equal(row.healthy, true, row.detail);
      assert.match(row.detail, /newest copy is \d+ s old, 1 of 2 kept, each checked/);
    });
  }

  it("name the databases that there are where the one named is not, and are unhealthy", () => {
    const { healthy, detail } = rowOf(health, "wrong");
    assert.equal(healthy, false, detail);
    assert.match(detail, /there is no database \/data\/library\.db; there are \/data\/app\.db: correct `file`/);
    const told = npm("health");
    assert.equal(told.status, 1);
    assert.match(told.stdout, /FAILED wrong/);
  });

  for (const [name, { owner }] of Object.entries(cases)) {
    it(`${name}: come back, with the owner of the file, and the program writes on`, () => {
      sql(name, "INSERT INTO notes VALUES ('kept')");
      const folder = scratch(`copies-${name}`);
      succeeded(npm("backup", "--app", name, "--to", folder));
      assert.equal(inCopier(name, "ls -1 /backups/copies | wc -l"), "1", "a copy by hand counts as a scheduled one");
      sql(name, "DELETE FROM notes");
      succeeded(npm("restore", "--app", name, "--from", join(folder, readdirSync(folder)[0]!)));
      assert.match(sql(name, "SELECT group_concat(text) FROM notes"), /kept/);
      sql(name, "INSERT INTO notes VALUES ('after')");
      assert.equal(inProgram(name, "stat", "-c", "%u", fileOf(name)), String(owner));
      assert.equal(inCopier(name, "ls -A /backups | tr '\\n' ' '"), "before-restore copies");
      rmSync(folder, { recursive: true });
    });
  }

  it("come back under writes: what was acknowledged is in the database or in the copy aside", async () => {
    const log = scratch("acknowledged");
    const script = `i=0; while sqlite3 ${fileOf("named")} "INSERT INTO notes VALUES ('w$i')"; do echo $i; i=$((i+1)); done`;
    const exec = ["kubectl", "exec", "-n", "named", place("named"), "-c", "main", "--", "sh", "-c", script];
    const writing = startInLab(exec, log);
    const acknowledged = () => readFileSync(log, "utf8").trim().split("\n").filter(Boolean);
    await waitFor(
      () => (acknowledged().length > 5 ? true : undefined),
      30,
      () => "nothing is written",
    );
    succeeded(npm("restore", "--app", "named", "--copy", "newest"));
    await writing;
    const there = [
      inCopier("named", "sqlite3 /backups/before-restore/data/app.db 'SELECT text FROM notes'"),
      sql("named", "SELECT text FROM notes"),
    ].join("\n");
    const lost = acknowledged().filter((i) => !there.split("\n").includes(`w${i}`));
    assert.deepEqual(lost, []);
  });

  it("come back over a damaged database, from a copy that the app made by itself; the damaged one is never a copy", async () => {
    inCopier("named", "rm -f /data/app.db-wal /data/app.db-shm; echo spoiled > /data/app.db");
    inCopier("named", "touch -d '2000-01-01 00:00' /backups/copies/*");
    const failed = () => {
      const row = (JSON.parse(npm("health", "--json").stdout) as Health).services.find(
        ({ name, url }) => name === "named" && url.startsWith("copies"),
      );
      return row?.healthy === false ? row.detail : undefined;
    };
    const detail = await waitFor(failed, 90, () => "the damage is not seen", 2000);
    assert.match(detail, /is no SQLite database/);
    const good = inCopier("named", "ls -1 /backups/copies");
    assert.match(good, /^\d{8}T\d{6}Z$/);
    succeeded(npm("restore", "--app", "named", "--copy", "newest"));
    assert.match(sql("named", "SELECT group_concat(text) FROM notes"), /started/);
  });
});
