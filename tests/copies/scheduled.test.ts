import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { copierScript, byHandScript, restorerScript } from "../../components/services/apps/copies/scripts";
import { needPrograms, Place, shells } from "./place";

const isRoot = process.getuid?.() === 0;

describe("the scripts of copies", () => {
  it("have nothing that Kubernetes takes for something else", () => {
    for (const text of [copierScript(), byHandScript(), restorerScript()]) assert.doesNotMatch(text, /\$\$|\$\([A-Z_]+\)/);
  });
});

for (const shell of shells) {
  describe(`scheduled copies, under ${shell.join(" ")}`, function () {
    let place: Place;
    before(async function () {
      this.timeout(120_000);
      await needPrograms(shell);
    });
    beforeEach(() => {
      place = new Place(shell);
      place.sql("PRAGMA journal_mode=WAL; CREATE TABLE t(x); INSERT INTO t VALUES (1)");
    });
    afterEach(() => place?.remove());
    const content = (name: string) => place.sql("SELECT count(*) FROM t", join(place.backups, "copies", name, place.file));

    it("are made at once and again when the newest is too old, and only so many are kept", () => {
      const first = place.pass();
      assert.equal(first.newest, place.copies()[0]);
      assert.deepEqual([first.copies, first.failed, first.problems], [1, "", []]);
      place.pass();
      assert.equal(place.copies().length, 1);
      for (let count = 2; count <= 5; count++) {
        place.later();
        place.sql("INSERT INTO t VALUES (1)");
        assert.equal(place.pass().copies, Math.min(count, 3));
      }
      assert.deepEqual(place.copies().map(content), ["3", "4", "5"]);
      assert.deepEqual(place.left(), ["copies"]);
    });

    it("hold what is only in the log so far, and are of one moment while a program writes", async () => {
      // Without its last connection's end the log is not played into the file.
      const writer = `sqlite3 '${place.file}' "INSERT INTO t VALUES (2)" ".shell sh -c 'echo ready; read go'" "SELECT 1"`;
      const { spawn } = await import("node:child_process");
      const program = spawn("sh", ["-c", writer], { stdio: ["pipe", "pipe", "inherit"] });
      await new Promise((resolve) => program.stdout.once("data", resolve));
      const { newest } = place.pass();
      program.stdin.end("\n");
      await new Promise((resolve) => program.on("close", resolve));
      assert.equal(content(newest), "2");
    });

    it("say how many files of the program they do not hold", () => {
      const writer = join(place.data, "app.db-wal");
      writeFileSync(writer, "");
      assert.equal(place.pass().beside, 0);
      for (const name of ["uploads/a b.jpg", "uploads/b.jpg", "key.pem"]) {
        mkdirSync(join(place.data, name, ".."), { recursive: true });
        writeFileSync(join(place.data, name), "x");
      }
      place.env.MOUNTS = `${place.data}\n${join(place.data, "uploads")}`;
      assert.equal(place.pass().beside, 3);
    });

    const spoiled: Array<[string, () => void, RegExp]> = [
      [
        "is damaged",
        () => {
          place.sql(
            "PRAGMA journal_mode=DELETE; CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<20000) SELECT i, hex(randomblob(20)) FROM n; CREATE INDEX b ON big(i)",
          );
          const bytes = readFileSync(place.file);
          writeFileSync(place.file, Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(40960, 0x5a), bytes.subarray(49152)]));
        },
        /damaged|malformed/,
      ],
      ["is empty", () => writeFileSync(place.file, ""), /empty\|/],
      ["is something else", () => writeFileSync(place.file, "once upon a time, quite long".repeat(100)), /foreign\|/],
      ["is not there", () => spawnSync("rm", [place.file]), /missing\|/],
      ["holds no table any more", () => place.sql("DROP TABLE t"), /holds no table/],
    ];
    for (const [what, spoil, words] of spoiled) {
      it(`keep every good one when the database ${what}, and say so`, () => {
        place.env.KEEP = "1";
        const good = place.pass().newest;
        place.later();
        const kept = place.copies();
        spoil();
        for (let count = 0; count < 3; count++) {
          const { failed, problems, newest } = place.pass();
          assert.match([failed, ...problems.map(({ code, file }) => `${code}|${file}`)].join(" "), words);
          assert.deepEqual(place.copies(), kept);
          assert.equal(newest.slice(4), good.slice(4));
        }
        assert.deepEqual(place.left(), ["copies"]);
        assert.equal(content(kept[0]!), "1");
      });
    }

    it("say that the image has no SQLite, and not that the database is damaged", () => {
      const programs = join(place.root, "bin");
      mkdirSync(programs);
      for (const folder of ["/usr/bin", "/bin"]) {
        for (const name of readdirSync(folder)) {
          if (name !== "sqlite3" && !existsSync(join(programs, name))) symlinkSync(join(folder, name), join(programs, name));
        }
      }
      place.env.PATH = programs;
      const { problems, copies } = place.pass();
      assert.deepEqual([problems, copies], [[{ code: "programs", file: "", words: "sqlite3" }], 0]);
    });

    it("name the databases that there are, when the one named is not", () => {
      place.env.DATABASES = join(place.data, "wrong.db");
      place.sql("CREATE TABLE t(x)", join(place.data, "deep", "library.db"));
      writeFileSync(join(place.data, "fake.db"), "no database");
      const { problems, found, copies } = place.pass();
      assert.deepEqual(
        problems.map(({ code, file }) => [code, file]),
        [["missing", place.env.DATABASES]],
      );
      assert.deepEqual(found, [place.file, join(place.data, "deep", "library.db")].sort());
      assert.equal(copies, 0);
    });

    it("take every database of a folder, and nothing else; all of them or none", () => {
      place.env.DATABASES = `${place.data}/`;
      place.sql("CREATE TABLE t(x); INSERT INTO t VALUES (7)", join(place.data, "users", "a b's.sqlite"));
      writeFileSync(join(place.data, "notes.db"), "no database");
      const { newest } = place.pass();
      const folder = join(place.backups, "copies", newest);
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
        statSync(join(folder, name)).isFile(),
      );
      assert.deepEqual(files.map((name) => `/${name}`).sort(), [place.file, join(place.data, "users", "a b's.sqlite")].sort());
      place.later();
      writeFileSync(
        join(place.data, "users", "broken.db"),
        Buffer.concat([readFileSync(place.file).subarray(0, 4096), Buffer.alloc(4096)]),
      );
      const { problems, failed, copies } = place.pass();
      assert.match([failed, ...problems.map(({ file }) => file)].join(" "), /broken\.db/);
      assert.equal(copies, 1);
    });

    it("do not wait for a folder that holds no database yet, beside what is there; a folder that is not there is reported", () => {
      place.env.DATABASES = [place.file, `${place.data}/budgets/`].join("\n");
      assert.deepEqual(
        place.pass().problems.map(({ code, file }) => [code, file]),
        [["missing", `${place.data}/budgets/`]],
      );
      mkdirSync(join(place.data, "budgets"));
      const { problems, copies } = place.pass();
      assert.deepEqual([problems, copies], [[], 1]);
      place.env.DATABASES = `${place.data}/budgets/`;
      assert.equal(place.pass().problems[0]!.code, "missing");
    });

    it("take over whole copies of before they had folders, and count them", () => {
      copyFileSync(place.file, join(place.backups, "20250101T000000Z.db"));
      writeFileSync(join(place.backups, "20250102T000000Z.db"), "SQLite format 3\0 and nothing");
      const { copies, newest } = place.pass();
      // It is new, so there is nothing to be made yet.
      assert.equal(copies, 1);
      assert.equal(newest, "20250101T000000Z");
      assert.equal(content(newest), "1");
    });

    it("clean up what was broken off", () => {
      for (const name of [".partial", ".incoming-1", ".by-hand-1"]) {
        mkdirSync(join(place.backups, name, "x"), { recursive: true });
        spawnSync("touch", ["-d", "1 day ago", join(place.backups, name)]);
      }
      place.pass();
      assert.deepEqual(place.left(), ["copies"]);
    });

    it("see that the file cannot be written", function () {
      if (!isRoot) this.skip();
      chownSync(place.file, 4242, 4242);
      chmodSync(place.file, 0o644);
      for (const folder of [place.root, place.backups, place.state]) chmodSync(folder, 0o777);
      const other = new Place(shell, ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"]);
      other.env = place.env;
      const { problems, user } = other.pass();
      other.remove();
      assert.equal(user, 1000);
      assert.deepEqual(
        problems.map(({ code, words }) => [code, words]),
        [["unwritable", "owner 4242, mode 644, copier 1000"]],
      );
    });

    it("as root with the three capabilities, leave the log to the owner of the database", function () {
      if (!isRoot) this.skip();
      const few = "-all,+chown,+dac_override,+fowner";
      const copier = new Place(shell, ["setpriv", `--bounding-set=${few}`, `--inh-caps=${few}`]);
      for (const folder of [copier.data]) chownSync(folder, 4242, 4242);
      const as4242 = (sql: string, background = "") =>
        spawnSync(
          "setpriv",
          ["--reuid=4242", "--regid=4242", "--clear-groups", "sh", "-c", `sqlite3 '${copier.file}' "${sql}" ${background}`],
          { encoding: "utf8" },
        );
      chmodSync(copier.root, 0o755);
      assert.equal(as4242("PRAGMA journal_mode=WAL; CREATE TABLE t(x); INSERT INTO t VALUES (1)").status, 0);
      assert.deepEqual(copier.pass().problems, []);
      // A log that stays, because somebody has the database open when it is looked at.
      const seen = spawnSync(
        "setpriv",
        [
          `--bounding-set=${few}`,
          `--inh-caps=${few}`,
          "sqlite3",
          copier.file,
          "BEGIN IMMEDIATE",
          `.shell stat -c '%u %n' '${copier.file}-wal' '${copier.file}-shm'`,
        ],
        { encoding: "utf8" },
      );
      assert.deepEqual(seen.stdout.match(/^4242 /gm)?.length, 2, seen.stdout + seen.stderr);
      assert.equal(as4242("INSERT INTO t VALUES (2)").status, 0);
      copier.remove();
    });

    it("distinguish a full claim of the database from a damaged database", function () {
      if (!isRoot) this.skip();
      const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", place.data]);
      if (mounted.status !== 0) this.skip();
      try {
        place.sql("PRAGMA journal_mode=WAL; CREATE TABLE t(x); INSERT INTO t VALUES (1)");
        spawnSync("dd", ["if=/dev/zero", `of=${join(place.data, "fill")}`, "bs=1k"]);
        const { problems } = place.pass();
        assert.deepEqual(
          problems.map(({ code, file, words }) => [code, file, words]),
          [["full", place.file, "0 KiB free"]],
        );
        spawnSync("rm", [join(place.data, "fill")]);
        assert.deepEqual(place.pass().problems, []);
      } finally {
        spawnSync("umount", [place.data]);
      }
    });

    it("report that the claim is full, and keep what there is", function () {
      if (!isRoot) this.skip();
      const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", place.backups]);
      if (mounted.status !== 0) this.skip();
      try {
        place.pass();
        place.later();
        place.sql("CREATE TABLE big AS SELECT hex(randomblob(150000)) AS x");
        const { failed, copies } = place.pass();
        assert.match(failed, /the claim of the copies is full: \d+ KiB free, and the databases take \d+ KiB/);
        assert.equal(copies, 1);
        assert.deepEqual(place.left(), ["copies"]);
      } finally {
        spawnSync("umount", [place.backups]);
      }
    });
  });
}
