import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tarStream, type TarEntry } from "../../lab/images/tar";
import { tar } from "./archive";

async function packed(entries: TarEntry[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of tarStream(entries)) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("lab images: tar archives", () => {
  it("are read by tar as they were meant, whatever the order of the entries", async () => {
    const entries: TarEntry[] = [
      { path: "b/tool", kind: "file", mode: 0o755, uid: 1000, gid: 2000, size: 5, content: Buffer.from("hello") },
      { path: "b/link", kind: "symlink", mode: 0o777, size: 0, target: "tool" },
      { path: "b", kind: "directory", mode: 0o1777, size: 0 },
    ];
    const archive = await packed(entries);
    assert.deepEqual(
      tar(archive, "-tv")
        .trim()
        .split("\n")
        .map((line) => line.replace(/ +/g, " ")),
      [
        "drwxrwxrwt 0/0 0 1970-01-01 00:00 b/",
        "lrwxrwxrwx 0/0 0 1970-01-01 00:00 b/link -> tool",
        "-rwxr-xr-x 1000/2000 5 1970-01-01 00:00 b/tool",
      ],
    );
    assert.equal(tar(archive, "-xO", "b/tool"), "hello");
    assert.deepEqual(await packed([...entries].reverse()), archive);
  });

  for (const { what, path, target } of [
    { what: "a path that needs the prefix field", path: `${"d".repeat(90)}/${"f".repeat(90)}`, target: "x" },
    { what: "a path that needs a pax header", path: "p".repeat(180), target: "x" },
    { what: "a path beyond all fields", path: `${"deep/".repeat(60)}end`, target: "x" },
    { what: "a long link target", path: "short", target: "t".repeat(150) },
    { what: "letters beyond ASCII in a long path", path: "ä".repeat(120), target: "x" },
  ]) {
    it(`keep ${what}`, async () => {
      const archive = await packed([{ path, kind: "symlink", mode: 0o777, size: 0, target }]);
      assert.match(tar(archive, "-tv", "--quoting-style=literal"), new RegExp(` ${path} -> ${target}\n$`));
    });
  }

  it("refuse a file that changes while it is read", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tar-"));
    const file = join(folder, "growing");
    try {
      writeFileSync(file, "longer than announced");
      await assert.rejects(
        packed([{ path: "growing", kind: "file", mode: 0o644, size: 3, content: { file } }]),
        /growing had 3 bytes and now has 21/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
