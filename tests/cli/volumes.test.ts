import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, existsSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paths } from "../../components/services/registry/configFile";
import { freeUploads } from "../../components/services/registry/space";
import { bytes, claimsOf, diskOf, fillOf, parseDf, verdictOn, type Room } from "../../cli/shared/volumes/room";
import { remediesOf, volumeRows, type UsedClaim } from "../../cli/shared/volumes/rows";

const [KiB, MiB, GiB] = [2 ** 10, 2 ** 20, 2 ** 30];

/** Of a file system without anything kept for root. */
const room = (sizeBytes: number, freeBytes: number): Room => ({ sizeBytes, usedBytes: sizeBytes - freeBytes, freeBytes });

describe("the room of a file system", () => {
  it("is read from df, of coreutils and of BusyBox, a line a path", () => {
    const said = `Filesystem     1024-blocks      Used Available Capacity Mounted on
/dev/mapper/a b  102400000 51200000  46080000      53% /var/lib/registry
tmpfs                 65536     65536         0     100% /backups
none                      8         9        -1        - /odd
`;
    assert.deepEqual(parseDf(said, 3), [
      { device: "/dev/mapper/a b", sizeBytes: 102400000 * KiB, usedBytes: 51200000 * KiB, freeBytes: 46080000 * KiB },
      { device: "tmpfs", sizeBytes: 64 * MiB, usedBytes: 64 * MiB, freeBytes: 0 },
      { device: "none", sizeBytes: 8 * KiB, usedBytes: 9 * KiB, freeBytes: 0 },
    ]);
    assert.equal(parseDf(said, 2), undefined);
    assert.equal(parseDf("", 1), undefined);
    const here = spawnSync("df", ["-Pk", "/", "/dev"], { encoding: "utf8" }).stdout;
    assert.equal(parseDf(here, 2)?.length, 2);
  });

  it("is read from the kubelet's summary, of the node and of the claims whose volumes have figures", () => {
    const pvcRef = { namespace: "todo", name: "data" };
    const volume = [
      { pvcRef, capacityBytes: GiB, usedBytes: 9, availableBytes: MiB },
      { capacityBytes: 5 },
      { pvcRef: { ...pvcRef, name: "x" } },
    ];
    const summary = { node: { fs: { capacityBytes: 9 * GiB, usedBytes: GiB, availableBytes: 0 } }, pods: [{ volume }, {}] };
    assert.deepEqual([...claimsOf(summary)], [["todo/data", { sizeBytes: GiB, usedBytes: 9, freeBytes: MiB }]]);
    assert.deepEqual(diskOf(summary), { sizeBytes: 9 * GiB, usedBytes: GiB, freeBytes: 0 });
    assert.deepEqual([claimsOf({}).size, diskOf({})], [0, undefined]);
  });

  const rooms: Array<[string, Room, string, RegExp]> = [
    ["plenty", room(100 * GiB, 62 * GiB), "enough", /^38 % of 100 GiB used$/],
    ["a tenth and more", room(64 * MiB, 7 * MiB), "enough", /^89 % of 64 MiB used$/],
    ["less than a tenth", room(64 * MiB, 6 * MiB), "little", /^90 % of 64 MiB used, 6 MiB free$/],
    ["a small part of much", room(1000 * GiB, 60 * GiB), "enough", /94 %/],
    ["less than the kubelet wants", room(1000 * GiB, 49 * GiB), "little", /49 GiB free/],
    ["nothing", room(64 * MiB, 4 * KiB), "full", /^full: 4 KiB of 64 MiB free, so what writes there fails; reading/],
  ];
  for (const [what, given, verdict, words] of rooms) {
    it(`${what} is ${verdict}`, () => {
      assert.equal(verdictOn(given), verdict);
      assert.match(fillOf(given), words);
    });
  }

  it("is shown in units for people", () => {
    assert.deepEqual([512, 1536 * KiB, 1.5 * GiB, 3000 * GiB].map(bytes), ["1 KiB", "1.5 MiB", "1.5 GiB", "2.9 TiB"]);
  });
});

describe("the rows of volumes", () => {
  const claim = (name: string, more: Partial<UsedClaim> = {}): UsedClaim => {
    return {
      name,
      node: "lab",
      storageClass: "local-path",
      folder: true,
      room: room(100 * GiB, 50 * GiB),
      ...more,
    };
  };
  const disks = new Map([["lab", room(100 * GiB, 50 * GiB)]]);
  const told = (rows: ReturnType<typeof volumeRows>) => rows.map(({ name, url, healthy }) => `${name} ${url} ${healthy}`);

  it("are one for a disk with the claims that are folders of it, and one for each volume of its own", () => {
    const own = { folder: false, storageClass: "longhorn" };
    const rows = volumeRows([claim("a/x"), claim("b/y"), claim("c/z", own), claim("d/z", own)], disks);
    assert.deepEqual(told(rows), ["disk node lab true", "volume c/z true", "volume d/z true"]);
    assert.equal(rows[0]!.detail, "50 % of 100 GiB used (2 claims lie on it, and local-path keeps them to no size)");
    assert.equal(rows[1]!.detail, "50 % of 100 GiB used");
    assert.deepEqual(rows[0]!.volume, { claims: ["a/x", "b/y"], usedPercent: 50, ...room(100 * GiB, 50 * GiB) });
  });

  it("distinguish file systems of one size, by their names and by what is free", () => {
    const of = (device: string, free: number) => ({ room: { device, ...room(9 * GiB, free) } });
    const claims = [claim("a/x", of("/dev/a", GiB)), claim("b/y", of("/dev/b", GiB)), claim("c/z", of("/dev/b", 5 * GiB))];
    assert.deepEqual(told(volumeRows(claims, disks)).slice(1), ["volume a/x true", "volume b/y true", "volume c/z true"]);
    const moved = [
      claim("a/x", of("/dev/a", GiB)),
      claim("b/y", of("/dev/a", GiB - 9 * MiB)),
      claim("c/z", { node: "other", ...of("/dev/a", GiB) }),
    ];
    assert.deepEqual(told(volumeRows(moved, new Map())), ["volume a/x, b/y true", "volume c/z true"]);
  });

  it("name the claim, and what makes room, when there is little", () => {
    const little = room(64 * MiB, 2 * MiB);
    const [row] = volumeRows([claim("registry/registry-data", { room: little, remedy: "do this" })], new Map());
    assert.deepEqual(told([row!]), ["volume registry/registry-data false"]);
    assert.match(row!.detail, /^96 % of 64 MiB used, 2 MiB free \(local-path keeps a claim to no size\): do this$/);
    const [other] = volumeRows([claim("a/x", { room: little, folder: false })], new Map());
    assert.match(other!.detail, /: delete what nobody needs there, or give it a larger claim$/);
    const full = new Map([["lab", room(GiB, 0)]]);
    const [disk] = volumeRows(
      [claim("a/x", { room: full.get("lab"), remedy: "do this" }), claim("b/y", { room: full.get("lab") })],
      full,
    );
    assert.match(
      disk!.detail,
      /^full: 0 KiB of 1 GiB free.*: free space on the node, which ends pods when it has none; a\/x: do this$/,
    );
  });

  it("say of which claims nobody knows it", () => {
    const [row] = volumeRows([claim("a/x", { room: undefined })], new Map());
    assert.deepEqual([row!.url, row!.healthy], ["a/x", true]);
    assert.match(row!.detail, /not known/);
  });

  it("know what makes room on the registry's claim and those of databases", () => {
    const databases = [{ namespace: "todo", claim: "data", backups: "data-backups" }];
    const registry = { claim: "registry/registry-data", freeUploads: freeUploads("registry") };
    const known = remediesOf(databases, { registry, emulator: "localstack/localstack-data" });
    assert.match(known.get("localstack/localstack-data")!, /lost at its next restart/);
    assert.match(known.get("registry/registry-data")!, /kubectl exec -n registry deploy\/registry -- find/);
    assert.match(known.get("todo/data-backups")!, /`keep`/);
    assert.match(known.get("todo/data")!, /`database`/);
  });
});

describe("what frees a registry's volume", () => {
  const finds = ["find", "busybox find"].filter((find) => spawnSync("sh", ["-c", `${find} / -maxdepth 0`]).status === 0);
  for (const find of finds) {
    it(`takes away uploads to which nothing is written any more, and nothing else, with ${find}`, () => {
      const folder = mkdtempSync(join(tmpdir(), "uploads-"));
      try {
        const uploads = join(folder, "docker/registry/v2/repositories/my/image/_uploads");
        const put = (file: string, minutes: number) => {
          mkdirSync(join(file, ".."), { recursive: true });
          writeFileSync(file, "x");
          utimesSync(file, Date.now() / 1000 - minutes * 60, Date.now() / 1000 - minutes * 60);
        };
        for (const [name, minutes] of [
          ["left", 5],
          ["running", 0],
        ] as const) {
          put(join(uploads, name, "startedat"), 9);
          put(join(uploads, name, "hashstates/sha256/0"), 9);
          put(join(uploads, name, "data"), minutes);
        }
        put(join(folder, "docker/registry/v2/blobs/sha256/aa/aabb/data"), 9);
        put(join(folder, "docker/registry/v2/repositories/my/image/_layers/sha256/aabb/link"), 9);
        const [, command] = freeUploads("registry").split(" -- ");
        const { status, stderr } = spawnSync("sh", ["-c", command!.replace("find", find).replace(paths.data, folder)], {
          encoding: "utf8",
        });
        assert.equal(status, 0, stderr);
        const there = (path: string) => existsSync(join(folder, "docker/registry/v2", path));
        const [left, running] = ["left/data", "running/data"].map((path) => existsSync(join(uploads, path)));
        assert.deepEqual([left, running], [false, true]);
        assert.ok(there("blobs/sha256/aa/aabb/data") && there("repositories/my/image/_layers/sha256/aabb/link"));
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
