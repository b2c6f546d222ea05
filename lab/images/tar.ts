/**
 * A tar writer that gives the same bytes for the same input: POSIX ustar, every time stamp 0, entries sorted by path.
 * Contents are streamed, so an archive may be larger than the memory. Paths and link targets that ustar has no room
 * for get a pax header.
 */
import { createReadStream } from "node:fs";
import { UserError } from "../../shared/process";

export interface TarEntry {
  /** Path inside the archive, relative, with `/`. */
  path: string;
  kind: "file" | "directory" | "symlink";
  /** Permission bits, for example 0o755 or 0o1777. */
  mode: number;
  uid?: number;
  gid?: number;
  /** Bytes of a file; 0 for everything else. */
  size: number;
  /** A file's content: the bytes themselves, the path of a file that is read while writing, or a stream to start. */
  content?: Buffer | { file: string } | (() => AsyncIterable<Buffer>);
  /** What a symbolic link points to. */
  target?: string;
}

const blockSize = 512;
/** Eleven octal digits: the largest file that a ustar header can describe. */
const largestFile = 8 ** 11 - 1;
const typeFlags = { file: "0", symlink: "2", directory: "5" } as const;

/**
 * The archive of the entries, in pieces.
 * @throws UserError when a file is larger than 8 GiB or its size changes while it is read
 */
export async function* tarStream(entries: readonly TarEntry[]): AsyncGenerator<Buffer> {
  for (const entry of [...entries].sort((a, b) => compareBytes(a.path, b.path))) {
    yield header(entry);
    if (entry.kind === "file") yield* body(entry);
  }
  yield Buffer.alloc(2 * blockSize);
}

async function* body(entry: TarEntry): AsyncGenerator<Buffer> {
  let written = 0;
  if (Buffer.isBuffer(entry.content)) {
    written = entry.content.length;
    yield entry.content;
  } else if (entry.content) {
    const stream = typeof entry.content === "function" ? entry.content() : readFileStream(entry.content.file);
    for await (const piece of stream) {
      written += piece.length;
      yield piece;
    }
  }
  if (written !== entry.size) {
    throw new UserError(
      `${entry.path} had ${entry.size} bytes and now has ${written}: it changed while it was packed. Run the command again.`,
    );
  }
  yield padding(written);
}

/** The bytes of a file, in pieces of at most 1 MiB. */
export function readFileStream(file: string): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: 1 << 20 });
}

/** The header block of an entry, with a pax header in front when the names are too long for it. */
function header(entry: TarEntry): Buffer {
  if (entry.size > largestFile) throw new UserError(`${entry.path} is larger than 8 GiB, more than the archive format holds.`);
  const path = entry.kind === "directory" ? `${entry.path}/` : entry.path;
  const target = entry.target ?? "";
  const place = splitPath(path);
  const records = [
    ...(place ? [] : [paxRecord("path", path)]),
    ...(Buffer.byteLength(target) > 100 ? [paxRecord("linkpath", target)] : []),
  ];
  const block = headerBlock({
    ...(place ?? { prefix: "", name: shorten(path) }),
    mode: entry.mode,
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    size: entry.size,
    type: typeFlags[entry.kind],
    target: shorten(target),
  });
  if (records.length === 0) return block;
  const pax = Buffer.concat(records);
  const paxHeader = headerBlock({
    prefix: "",
    name: "pax",
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: pax.length,
    type: "x",
    target: "",
  });
  return Buffer.concat([paxHeader, pax, padding(pax.length), block]);
}

interface HeaderFields {
  prefix: string;
  name: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  type: string;
  target: string;
}

/** Field offsets: POSIX.1-2001, pax, "ustar Interchange Format". */
function headerBlock(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(blockSize);
  const octal = (value: number, offset: number, digits: number) => block.write(value.toString(8).padStart(digits, "0"), offset);
  block.write(fields.name, 0);
  octal(fields.mode, 100, 7);
  octal(fields.uid, 108, 7);
  octal(fields.gid, 116, 7);
  octal(fields.size, 124, 11);
  octal(0, 136, 11);
  block.write(" ".repeat(8), 148);
  block.write(fields.type, 156);
  block.write(fields.target, 157);
  block.write("ustar\0" + "00", 257);
  block.write(fields.prefix, 345);
  // The checksum counts its own field as spaces.
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(sum.toString(8).padStart(6, "0") + "\0 ", 148);
  return block;
}

/** The path as ustar keeps it (prefix of 155 bytes, name of 100), or undefined when it fits nowhere. */
function splitPath(path: string): { prefix: string; name: string } | undefined {
  if (Buffer.byteLength(path) <= 100) return { prefix: "", name: path };
  for (let slash = path.indexOf("/"); slash > 0; slash = path.indexOf("/", slash + 1)) {
    const prefix = path.slice(0, slash);
    const name = path.slice(slash + 1);
    if (name !== "" && Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return { prefix, name };
  }
  return undefined;
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + 1;
  while (bytes + String(length).length !== length) length = bytes + String(length).length;
  return Buffer.from(`${length}${rest}`);
}

function padding(size: number): Buffer {
  return Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
}

/** What the name field can hold of a path that stands in full in the pax header, not cut inside a letter. */
function shorten(text: string): string {
  let short = text.slice(0, 100);
  while (Buffer.byteLength(short) > 100) short = short.slice(0, -1);
  return short;
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
