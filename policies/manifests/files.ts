import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The text of one file. `found` marks a file that a folder held, as opposed to one that was asked for by name. */
export interface Source {
  file: string;
  text: string;
  found: boolean;
}

/** A path that cannot be read; the message is for the person who gave it. */
export class CannotRead extends Error {}

const MANIFEST = /\.(ya?ml|json)$/i;
const SKIPPED = new Set(["node_modules", "__pycache__"]);

/** The manifests at a path: a file, a folder with everything under it (sorted), or `-` for standard input. */
export function* readSources(path: string): Iterable<Source> {
  if (path === "-") {
    yield { file: "-", text: read(0, "standard input"), found: false };
    return;
  }
  if (!stat(path).isDirectory()) {
    yield { file: path, text: read(path, path), found: false };
    return;
  }
  for (const file of walk(path)) yield { file, text: read(file, file), found: true };
}

function* walk(folder: string): Iterable<string> {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw new CannotRead(`Cannot read the folder ${folder}: ${reason(error)}.`);
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || SKIPPED.has(entry.name)) continue;
    // Links to folders are not followed: they may lead round in a circle.
    if (entry.isDirectory()) yield* walk(path);
    else if (MANIFEST.test(entry.name) && (entry.isFile() || (entry.isSymbolicLink() && stat(path).isFile()))) yield path;
  }
}

function stat(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw new CannotRead(`Cannot read ${path}: ${reason(error)}.`);
  }
}

function read(source: string | 0, name: string): string {
  try {
    return readFileSync(source, "utf8");
  } catch (error) {
    throw new CannotRead(`Cannot read ${name}: ${reason(error)}.`);
  }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const known: Record<string, string> = {
    ENOENT: "there is nothing of that name",
    EACCES: "you may not read it",
    ELOOP: "the link leads round in a circle",
    ERR_STRING_TOO_LONG: "it is too large",
  };
  return known[code ?? ""] ?? code ?? String(error);
}
