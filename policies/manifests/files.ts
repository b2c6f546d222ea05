import { type Dirent, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { decode } from "./decode";

/** The text of one file. `found` marks a file that a folder held, as opposed to one that was asked for by name. */
export interface Source {
  file: string;
  text: string;
  found: boolean;
  /** Why there is no text, and at which line (from 1). */
  fault?: { line: number; message: string; unverifiable?: boolean };
}

/** A path that cannot be read; the message is for the person who gave it. */
export class CannotRead extends Error {}

const MANIFEST = /\.(ya?ml|json)$/i;
const SKIPPED = new Set(["node_modules", "__pycache__"]);
/** Folders of a Helm chart whose files are no manifests before Helm has rendered them. */
const RENDERED = new Set(["templates", "charts"]);

/**
 * The manifests at some paths, each file once: files, folders with everything under them (sorted), `-` for standard input.
 * @param command how the check is called, for the fixes that name it
 */
export function* readSources(paths: readonly string[], command = "homelab-check"): Iterable<Source> {
  const seen = new Set<string>();
  for (const path of paths) {
    for (const source of path === "-" ? [standardInput()] : readPath(path, command)) {
      const place = placeOf(source.file);
      if (!seen.has(place)) yield source;
      seen.add(place);
    }
  }
}

/** Where a file really lies; pipes, as a shell's `<(...)`, lie nowhere. */
function placeOf(file: string): string {
  try {
    return file === "-" ? file : realpathSync.native(file);
  } catch {
    return file;
  }
}

function standardInput(): Source {
  const source = read(0, "-", "standard input", false);
  if (source.text.trim() === "" && !source.fault) {
    throw new CannotRead("Standard input is empty: did the command before it fail?");
  }
  return source;
}

function* readPath(path: string, command: string): Iterable<Source> {
  if (stat(path).isDirectory()) yield* readFolder(path, command);
  else yield read(path, path, path, false);
}

function* readFolder(folder: string, command: string): Iterable<Source> {
  const entries = list(folder);
  const isChart = entries.some(({ name }) => name === "Chart.yaml");
  if (isChart && entries.some(({ name }) => name === "templates")) yield unrendered(folder, command);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || SKIPPED.has(entry.name) || (isChart && RENDERED.has(entry.name))) continue;
    // Links to folders are not followed: they may lead round in a circle.
    if (entry.isDirectory()) {
      yield* readFolder(path, command);
    } else if (MANIFEST.test(entry.name) && (entry.isFile() || (entry.isSymbolicLink() && stat(path).isFile()))) {
      yield read(path, path, path, true);
    }
  }
}

/** What is in a chart depends on its values: it is said once that nothing of it was judged. */
function unrendered(folder: string, command: string): Source {
  const message = `the chart is not rendered, so nothing of it is judged. Fix: check what helm template makes of it (helm template ${folder} | ${command} -).`;
  return { file: join(folder, "Chart.yaml"), text: "", found: true, fault: { line: 1, message, unverifiable: true } };
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new CannotRead(`Cannot read the folder ${folder}: ${reason(error)}.`);
  }
}

function stat(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw new CannotRead(`Cannot read ${path}: ${reason(error)}.`);
  }
}

function read(from: string | 0, file: string, name: string, found: boolean): Source {
  try {
    const text = decode(readFileSync(from));
    if (typeof text === "string") return { file, text, found };
    const message = "it is no text in UTF-8. Fix: save it as UTF-8, or leave the file out.";
    return { file, text: "", found, fault: { line: text.line, message } };
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
    ERR_FS_FILE_TOO_LARGE: "it is too large",
  };
  return known[code ?? ""] ?? code ?? String(error);
}
