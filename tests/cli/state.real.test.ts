import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { noCluster } from "../../cli/clusters/context";
import type { Stack } from "../../cli/shared/pulumi";
import { mendStateFile, stateFile } from "../../cli/shared/state/file";
import { exportState, importState } from "../../cli/shared/state/state";
import { buildPrograms } from "../../lab/engine/build";
import { enginePrograms } from "../../lab/engine/programs";
import { UserError } from "../../shared/process";

/* A stack's state in a folder, written and read by the real pulumi. */
describe("the file of a stack's state", function () {
  // Go compiles it the first time.
  this.timeout(900_000);
  let made: string;
  let folder: string;
  let pulumi: string;
  let backend: string;
  let file: string;
  const env = () => ({
    ...process.env,
    PATH: `${dirname(pulumi)}:${process.env.PATH ?? ""}`,
    PULUMI_HOME: join(folder, "home"),
    PULUMI_BACKEND_URL: backend,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
  const run = (...words: string[]) =>
    spawnSync(pulumi, [...words, "--stack", "dev", "--non-interactive"], { cwd: folder, env: env(), encoding: "utf8" });
  const found = () => stateFile(backend, "dev")!;
  const output = () => (JSON.parse(run("stack", "output", "--json").stdout) as { made?: string }).made;
  const backups = () => join(folder, "state", ".pulumi", "backups", "homelab", "dev");

  /** As a deployment leaves the state. */
  function imported(time: string, resources: object[]): void {
    const { deployment, ...rest } = JSON.parse(run("stack", "export").stdout) as { deployment: { manifest: object } };
    const manifest = { ...deployment.manifest, time };
    const state = join(folder, "import.json");
    writeFileSync(state, JSON.stringify({ ...rest, deployment: { ...deployment, manifest, resources } }));
    assert.equal(run("stack", "import", "--file", state).status, 0);
  }

  /** A deployment, with the copy that its end leaves: `import` alone leaves none. */
  function deployed(day: number, name: string): void {
    const type = "pulumi:pulumi:Stack";
    const stack = { urn: `urn:pulumi:dev::homelab::${type}::homelab-dev`, type, custom: false, outputs: { made: name } };
    imported(`2026-01-0${day}T00:00:00Z`, [stack]);
    mkdirSync(backups(), { recursive: true });
    cpSync(file, join(backups(), `dev.${day}.json`));
  }

  function use(place: string): void {
    folder = place;
    backend = `file://${join(folder, "state")}`;
    file = join(folder, "state", ".pulumi", "stacks", "homelab", "dev.json");
  }

  before("two deployments", async () => {
    pulumi = (await buildPrograms(enginePrograms.filter(({ name }) => name === "pulumi"))).pulumi!;
    made = mkdtempSync(join(tmpdir(), "homelab-state-"));
    use(join(made, "template"));
    mkdirSync(join(folder, "state"), { recursive: true });
    writeFileSync(join(folder, "Pulumi.yaml"), "name: homelab\nruntime: yaml\n");
    assert.equal(run("stack", "select", "--create").status, 0);
    assert.ok(existsSync(file), "pulumi keeps the state elsewhere");
    deployed(1, "one");
    deployed(2, "two");
    deployed(3, "three");
  });

  beforeEach(() => {
    use(mkdtempSync(join(made, "copy-")));
    cpSync(join(made, "template"), folder, { recursive: true });
  });

  after(() => rmSync(made, { recursive: true, force: true }));

  const damages: Array<[string, () => void]> = [
    ["truncated", () => truncateSync(file, 200)],
    ["empty", () => writeFileSync(file, "")],
    ["not of Pulumi's making", () => writeFileSync(file, "{}")],
  ];
  for (const [what, damage] of damages) {
    it(`${what}: the newest copy takes its place, and the damaged one is kept`, () => {
      damage();
      mendStateFile("dev", found());
      assert.equal(output(), "three");
      assert.equal(readdirSync(dirname(file)).filter((name) => name.includes(".damaged-")).length, 1);
      assert.equal(run("stack", "select", "--create").status, 0);
      assert.equal(output(), "three");
    });

    it(`${what}, and so is the copy beside it: the message says how to restore one of an earlier deployment`, () => {
      damage();
      rmSync(`${file}.bak`);
      assert.throws(
        () => mendStateFile("dev", found()),
        ({ message }: UserError) => {
          assert.match(message, /is damaged \(\d+ bytes\)/);
          const [command] = /^ {2}cp .*$/m.exec(message)!;
          assert.equal(spawnSync("sh", ["-c", command]).status, 0);
          return true;
        },
      );
      mendStateFile("dev", found());
      assert.equal(output(), "three");
    });

    it(`${what}, without any copy: the message says how to go on without`, () => {
      damage();
      rmSync(`${file}.bak`);
      rmSync(backups(), { recursive: true });
      assert.throws(
        () => mendStateFile("dev", found()),
        ({ message }: UserError) => {
          assert.match(message, /No whole copy of it is left/);
          assert.equal(spawnSync("sh", ["-c", /^ {2}mv .*$/m.exec(message)![0]]).status, 0);
          return true;
        },
      );
      mendStateFile("dev", found());
      assert.equal(run("stack", "select", "--create").status, 0);
      assert.equal(output(), undefined);
    });
  }

  it("gone: the newest copy takes its place", () => {
    rmSync(file);
    mendStateFile("dev", found());
    assert.equal(output(), "three");
  });

  it("gone, as after `pulumi destroy` and `pulumi stack rm`: the stack is new", () => {
    imported("2026-01-04T00:00:00Z", []);
    assert.equal(run("stack", "rm", "--yes").status, 0);
    assert.ok(existsSync(`${file}.bak`), "pulumi does not leave what this is about");
    mendStateFile("dev", found());
    assert.ok(!existsSync(file));
  });

  it("an older one put back: it is used, and its age is seen", () => {
    cpSync(join(backups(), "dev.1.json"), file);
    const { present, copies } = found();
    assert.ok(copies[0]!.time > present!.time);
    mendStateFile("dev", found());
    assert.equal(output(), "one");
  });

  it("older, and written in another time zone: the clock counts, not the text", () => {
    imported("2026-01-03T01:00:00+02:00", []);
    const { present, copies } = found();
    assert.equal(present!.time, "2026-01-02T23:00:00.000Z");
    assert.equal(copies[0]!.time, "2026-01-03T00:00:00.000Z");
  });

  it("whole, beside files that an interrupted write left: it stays as it is", () => {
    const before = readFileSync(file);
    for (const name of ["fileblob123456", "dev.json.partial"]) writeFileSync(join(dirname(file), name), "{");
    mendStateFile("dev", found());
    assert.deepEqual(readFileSync(file), before);
    assert.equal(output(), "three");
  });

  it("held by another run: it is not written, and how to go on is told", () => {
    const stack: Stack = { name: "dev", cluster: noCluster(), file: join(folder, "Pulumi.dev.yaml"), env: env() };
    const state = exportState(stack);
    const locks = join(folder, "state", ".pulumi", "locks", "organization", "homelab", "dev");
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "held.json"), JSON.stringify({ pid: process.pid, username: "me", hostname: "here" }));
    assert.throws(() => importState(stack, state), /Another run holds this stack[^]*pulumi cancel --yes --stack dev/);
    assert.equal(output(), "three");
  });

  it("kept elsewhere: nothing is said of it", () => {
    for (const url of [undefined, "s3://bucket", "https://api.pulumi.com"]) assert.equal(stateFile(url, "dev"), undefined);
  });
});
