import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { byHandScript } from "../../components/services/apps/copies/scripts";
import { needPrograms, Place, shells } from "./place";

const isRoot = process.getuid?.() === 0;

for (const shell of shells) {
  describe(`putting a copy back, under ${shell.join(" ")}`, function () {
    let place: Place;
    let copy: string;
    before(async function () {
      this.timeout(120_000);
      await needPrograms(shell);
    });
    beforeEach(() => {
      place = new Place(shell);
      place.sql("CREATE TABLE t(x); INSERT INTO t VALUES ('old')");
      copy = place.pass().newest;
      place.sql("UPDATE t SET x='new'");
    });
    afterEach(() => place?.remove());

    const fetch = (name = copy) => {
      const fetched = place.byHand("fetch", ".incoming-1", name);
      assert.equal(fetched.status, 0, fetched.stderr);
      return place.byHand("prepare", ".incoming-1");
    };
    const value = (file = place.file) => place.sql("SELECT x FROM t", file);

    it("replaces the file with its owner and mode, and keeps what was there, with its log", () => {
      const { status } = spawnSync("sh", [
        "-c",
        `sqlite3 '${place.file}' 'PRAGMA journal_mode=WAL' "INSERT INTO t VALUES ('late')" ".shell cp '${place.file}-wal' '${place.root}/wal'"; cp '${place.root}/wal' '${place.file}-wal'`,
      ]);
      assert.equal(status, 0);
      if (isRoot) chownSync(place.file, 4242, 4343);
      chmodSync(place.file, 0o640);
      assert.equal(fetch().status, 0);
      assert.equal(place.restorer().report, "restored");
      assert.equal(value(), "old");
      const { uid, gid, mode } = statSync(place.file);
      assert.deepEqual([isRoot ? uid : 4242, isRoot ? gid : 4343, mode & 0o777], [4242, 4343, 0o640]);
      assert.ok(existsSync(join(place.backups, "before-restore", `${place.file}-wal`)));
      assert.deepEqual(place.left(), ["before-restore", "copies"]);
      // And back again.
      assert.equal(fetch("before-restore").status, 0);
      assert.equal(place.restorer().report, "restored");
      assert.equal(value(), "new\nlate");
    });

    const states: Array<[string, () => void]> = [
      ["damaged", () => writeFileSync(place.file, "no database at all")],
      ["empty", () => writeFileSync(place.file, "")],
      ["absent", () => rmSync(place.file)],
      ["absent with its folder", () => rmSync(place.data, { recursive: true })],
    ];
    for (const [what, spoil] of states) {
      it(`works where the database is ${what}`, () => {
        spoil();
        if (isRoot && existsSync(place.data)) chownSync(place.data, 4242, 4242);
        const prepared = fetch("newest");
        assert.equal(prepared.status, 0, prepared.stderr);
        assert.equal(place.restorer().report, "restored");
        assert.equal(value(), "old");
        if (isRoot && what === "absent") assert.equal(statSync(place.file).uid, 4242);
      });
    }

    it("is refused where the program has its databases under other names, unless one is to be made", () => {
      const bytes = readFileSync(join(place.backups, "copies", copy, place.file));
      const other = join(place.data, "other.db");
      place.env.DATABASES = other;
      place.pass();
      place.receive(".incoming-1", other, bytes);
      const { status, stderr } = place.byHand("prepare", ".incoming-1");
      assert.equal(status, 1);
      assert.match(stderr, new RegExp(`problem=misnamed\\|${other}\\|${place.file}`));
      assert.deepEqual(place.left(), ["copies"]);
      place.receive(".incoming-1", other, bytes);
      assert.equal(place.byHand("prepare", ".incoming-1", "anew").status, 0);
      assert.equal(place.restorer().report, "restored");
      assert.equal(value(other), "old");
    });

    it("does nothing at any other start", () => {
      const { status, report } = place.restorer();
      assert.deepEqual([status, report, value()], [0, "", "new"]);
    });

    it("is done to its end after it was broken off, and what was there first stays that", () => {
      fetch();
      // Broken off in the middle of the swap.
      mkdirSync(join(place.backups, "restore.aside"));
      mkdirSync(join(place.backups, "before-restore", place.data), { recursive: true });
      writeFileSync(join(place.backups, "before-restore", place.file), readFileSync(place.file));
      writeFileSync(place.file, "half");
      assert.equal(place.restorer().report, "restored");
      assert.equal(value(), "old");
      assert.equal(value(join(place.backups, "before-restore", place.file)), "new");
    });

    it("refuses a copy that is damaged, and leaves nothing behind", () => {
      place.receive(".incoming-1", place.file, "SQLite format 3\0 and then nothing");
      const { status, stderr } = place.byHand("prepare", ".incoming-1");
      assert.equal(status, 1);
      assert.match(stderr, /the copy of .*app\.db is damaged/);
      assert.deepEqual(place.left(), ["copies"]);
    });

    it("names the copies that there are when one is not", () => {
      const { status, stderr } = place.byHand("fetch", ".incoming-1", "20200101T000000Z");
      assert.equal(status, 1);
      assert.match(stderr, new RegExp(`there is no copy 20200101T000000Z; there are: ${copy}`));
    });

    it("says whose the file is when it cannot be written", function () {
      if (!isRoot) this.skip();
      fetch();
      spawnSync("chown", ["-R", "1000", place.backups, place.root]);
      chownSync(place.file, 4242, 4242);
      chownSync(place.data, 4242, 4242);
      const other = new Place(shell, ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"]);
      const env = other.env;
      other.env = place.env;
      other.byHand("fetch", ".incoming-2", copy);
      const { status, stderr } = other.byHand("prepare", ".incoming-2");
      other.env = env;
      other.remove();
      assert.equal(status, 1);
      assert.match(stderr, /problem=unwritable\|.*app\.db\|owner 4242, mode 644, copier 1000/);
    });

    it("reports that there is no room, before anything is changed", function () {
      if (!isRoot) this.skip();
      place.sql("CREATE TABLE big AS SELECT hex(randomblob(100000)) AS x");
      const small = new Place(shell);
      if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", small.backups]).status !== 0) this.skip();
      try {
        small.env.DATABASES = place.file;
        small.receive(".incoming-1", place.file, readFileSync(join(place.backups, "copies", copy, place.file)));
        const { status, stderr } = small.byHand("prepare", ".incoming-1");
        assert.equal(status, 1);
        assert.match(stderr, /no room to copy aside what is there: \d+ KiB free/);
        assert.deepEqual(small.left(), []);
        assert.equal(value(), "new");
      } finally {
        spawnSync("umount", [small.backups]);
        small.remove();
      }
    });

    const withRoomOf = (folder: string, size: string, then: () => void) => {
      if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]).status !== 0) return false;
      try {
        then();
      } finally {
        spawnSync("umount", [folder]);
      }
      return true;
    };
    const fill = (folder: string) => spawnSync("dd", ["if=/dev/zero", `of=${join(folder, "fill")}`, "bs=1k"]);
    const big = "CREATE TABLE big AS SELECT hex(randomblob(120000)) AS x";

    it("says which claim is full when no copy can be fetched or made, and leaves nothing behind", function () {
      if (!isRoot) this.skip();
      const done = withRoomOf(place.backups, "1m", () => {
        place.sql(big);
        copy = place.pass().newest;
        fill(place.backups);
        const tries = [
          place.receive(".incoming-1", place.file, readFileSync(place.file)),
          place.byHand("fetch", ".incoming-1", "newest"),
          place.byHand("copy", ".by-hand-1"),
        ];
        for (const { status, stderr } of tries) {
          assert.equal(status, 1);
          assert.match(stderr, /the claim of the copies (is full: 0 KiB free|\(0 KiB free\))/);
        }
        assert.deepEqual(place.left(), ["copies", "fill"]);
        assert.deepEqual(place.copies(), [copy]);
        const sender = `( head -c 5000000 /dev/zero && echo sent >&2 ) | "$@" 2> /dev/null`;
        const { stderr } = spawnSync(
          "sh",
          ["-c", sender, "sh", ...shell, "-c", byHandScript(), "sh", "receive", ".incoming-2", place.file],
          { encoding: "utf8", env: { ...process.env, ...place.env } },
        );
        assert.equal(stderr, "sent\n");
      });
      if (!done) this.skip();
    });

    it("changes nothing when the claim of the copies fills up before the pod starts, and works when there is room", function () {
      if (!isRoot) this.skip();
      const done = withRoomOf(place.backups, "1m", () => {
        place.sql(big);
        copy = place.pass().newest;
        place.sql("UPDATE t SET x='newer'");
        assert.equal(fetch().status, 0);
        fill(place.backups);
        const { status, report } = place.restorer();
        assert.equal(status, 0);
        assert.match(report, /could not be copied aside to the claim of the copies \(\d+ KiB free\).*The database is as it was/);
        assert.equal(value(), "newer");
        assert.deepEqual(place.left(), ["copies", "fill"]);
        rmSync(join(place.backups, "fill"));
        assert.equal(fetch().status, 0);
        assert.equal(place.restorer().report, "restored");
        assert.equal(value(), "new");
      });
      if (!done) this.skip();
    });

    it("puts back what was there when the claim of the database fills up meanwhile", function () {
      if (!isRoot) this.skip();
      const done = withRoomOf(place.data, "512k", () => {
        place.sql("CREATE TABLE t(x); INSERT INTO t VALUES ('long'); " + big);
        place.later();
        copy = place.pass().newest;
        place.sql("DROP TABLE big; UPDATE t SET x='short'; VACUUM");
        assert.equal(fetch().status, 0);
        fill(place.data);
        const { status, report } = place.restorer();
        assert.equal(status, 0);
        assert.match(report, /could not be written to the claim of the database \(\d+ KiB free\).*The database is as it was/);
        assert.equal(value(), "short");
        const { stderr } = fetch();
        assert.match(stderr, /the claim of the database has no room for .*app\.db: \d+ KiB free/);
        rmSync(join(place.data, "fill"));
        assert.equal(fetch().status, 0);
        assert.equal(place.restorer().report, "restored");
        assert.equal(value(), "long");
      });
      if (!done) this.skip();
    });

    it("is withdrawn when the pod was not started anew, at once or after a while; not while it is being done", () => {
      fetch();
      place.byHand("withdraw", ".incoming-1");
      assert.deepEqual(place.left(), ["copies"]);
      fetch();
      place.pass();
      assert.deepEqual(place.left(), ["copies", "restore"]);
      spawnSync("touch", ["-d", "1 hour ago", join(place.backups, "restore")]);
      mkdirSync(join(place.backups, "restore.aside"));
      place.byHand("withdraw", ".incoming-1");
      place.pass();
      assert.deepEqual(place.left(), ["copies", "restore", "restore.aside"]);
      rmSync(join(place.backups, "restore.aside"), { recursive: true });
      place.pass();
      assert.deepEqual(place.left(), ["copies"]);
      assert.equal(place.restorer().report, "");
      assert.equal(value(), "new");
    });

    it("by hand, copies are of their own: the schedule's stay, and come when they are due", () => {
      place.env.KEEP = "1";
      place.later();
      place.byHand("copy", ".by-hand-2");
      const { newest, copies } = place.pass();
      assert.deepEqual([newest.slice(0, 4), copies], [copy.slice(0, 4), 1]);
      copy = newest;
      place.byHand("discard", ".by-hand-2");
      const { status, stdout } = place.byHand("copy", ".by-hand-1");
      assert.equal(status, 0);
      assert.match(stdout, /^name \d{8}T\d{6}Z\n[0-9a-f]{64} \/.*app\.db\n$/);
      place.byHand("discard", ".by-hand-1");
      assert.deepEqual(place.left(), ["copies"]);
      assert.deepEqual(place.copies(), [copy]);
    });
  });
}
