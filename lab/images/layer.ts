/** What goes into one layer of an image, and the archive entries that it becomes. */
import { lstat, readdir, readlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { UserError } from "../../shared/process";
import type { TarEntry } from "./tar";

export interface Owner {
  uid?: number;
  gid?: number;
}

/** All paths in the image are absolute. Missing parent folders are made, owned by root, mode 0755. */
export interface Layer {
  /**
   * `from` is a file or a folder of this machine; a folder is taken whole, with its symbolic links and modes, without
   * sockets and devices. `content` is text. A file's mode is 0755 when the source can be executed, else 0644.
   */
  files?: ReadonlyArray<({ from: string } | { content: string }) & { to: string; mode?: number } & Owner>;
  symlinks?: ReadonlyArray<{ to: string; target: string }>;
  directories?: ReadonlyArray<{ to: string; mode?: number } & Owner>;
}

/**
 * The archive entries of a layer. `known` holds the folders that lower layers made and grows by this layer's, so that no
 * layer changes the mode of a folder below it.
 * @throws UserError when a source does not exist or two things claim the same path
 */
export async function layerEntries(layer: Layer, known: Set<string>): Promise<TarEntry[]> {
  const entries = new Map<string, TarEntry>();
  const add = (entry: TarEntry) => {
    if (entries.has(entry.path)) {
      throw new UserError(`Two entries of an image layer claim the path /${entry.path}. Remove one of them.`);
    }
    entries.set(entry.path, entry);
  };
  for (const folder of layer.directories ?? []) {
    add({ path: inside(folder.to), kind: "directory", mode: folder.mode ?? 0o755, uid: folder.uid, gid: folder.gid, size: 0 });
  }
  for (const link of layer.symlinks ?? []) {
    add({ path: inside(link.to), kind: "symlink", mode: 0o777, size: 0, target: link.target });
  }
  for (const file of layer.files ?? []) {
    const to = inside(file.to);
    if ("content" in file) {
      const content = Buffer.from(file.content);
      add({ path: to, kind: "file", mode: file.mode ?? 0o644, uid: file.uid, gid: file.gid, size: content.length, content });
    } else {
      for (const entry of await sourceEntries(file.from, to)) {
        add({ ...entry, mode: file.mode && entry.kind === "file" ? file.mode : entry.mode, uid: file.uid, gid: file.gid });
      }
    }
  }
  for (const path of [...entries.keys()]) {
    for (let parent = posix.dirname(path); parent !== "."; parent = posix.dirname(parent)) {
      if (!known.has(parent) && !entries.has(parent)) {
        entries.set(parent, { path: parent, kind: "directory", mode: 0o755, size: 0 });
      }
    }
  }
  for (const entry of entries.values()) if (entry.kind === "directory") known.add(entry.path);
  return [...entries.values()];
}

/** The entries of a file, or of a folder with everything in it. */
async function sourceEntries(from: string, to: string): Promise<TarEntry[]> {
  const stats = await lstat(from).catch(() => {
    throw new UserError(`An image needs ${from}, which does not exist. Build it first.`);
  });
  if (stats.isSymbolicLink()) return [{ path: to, kind: "symlink", mode: 0o777, size: 0, target: await readlink(from) }];
  if (stats.isFile()) {
    const mode = stats.mode & 0o111 ? 0o755 : 0o644;
    return [{ path: to, kind: "file", mode, size: stats.size, content: { file: from } }];
  }
  if (!stats.isDirectory()) return [];
  const inner = await Promise.all((await readdir(from)).map((name) => sourceEntries(join(from, name), posix.join(to, name))));
  return [{ path: to, kind: "directory", mode: stats.mode & 0o1777, size: 0 }, ...inner.flat()];
}

/** The path without its leading slash, as archives keep it. */
function inside(path: string): string {
  if (!path.startsWith("/")) throw new UserError(`The path ${path} in an image has to be absolute.`);
  return posix.normalize(path).slice(1);
}
