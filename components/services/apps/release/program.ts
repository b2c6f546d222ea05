import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AdaptSettings } from "../adapt";
import { isChartFolder } from "../chart";
import { postRenderer } from "../postRenderer";

/*
 * A release takes its post-renderer as a program without arguments, so the settings stand in a program of their own. Its name changes
 * with everything that makes the release another one, because the plugin sees of a chart's folder only the version.
 */

const FOLDER = "./node_modules/.cache/homelab/post-renderers";

/** Where the adapter's code lies, with what it uses: with another one the same chart becomes other objects. In a package it is compiled. */
const compiled = join(__dirname, "postRender.js");
const ADAPTER = existsSync(compiled)
  ? [compiled]
  : [join(__dirname, "..", "adapt"), join(__dirname, "..", "..", "..", "..", "kubernetes")];

/** The program's path, seen from the project's folder, in which the engine runs its plugins. Writes nothing. */
export function rendererPath(chart: string, settings: AdaptSettings): string {
  // Neither the account nor what else the cluster has makes another release.
  const { registry: _registry, scopes: _scopes, ...lasting } = settings;
  const hash = createHash("sha256").update(JSON.stringify(lasting));
  for (const place of [...ADAPTER, ...(isChartFolder(chart) ? [chart] : [])]) hashFiles(hash, place);
  return `${FOLDER}/${settings.app}-${hash.digest("hex").slice(0, 16)}`;
}

/**
 * Writes the program, for its owner alone: it names the file with the account for the registry.
 * @returns its path
 */
export function writeRenderer(path: string, settings: AdaptSettings): string {
  const argument = JSON.stringify(settings).replaceAll("'", `'\\''`);
  mkdirSync(FOLDER, { recursive: true });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, `#!/bin/sh\nexec node ${postRenderer()} '${argument}'\n`, { mode: 0o700 });
  chmodSync(partial, 0o700);
  renameSync(partial, path);
  return path;
}

/** @param place a folder with all its files, or one file */
function hashFiles(hash: ReturnType<typeof createHash>, place: string): void {
  for (const file of filesIn(place)) {
    const content = readFileSync(file);
    // The path within the folder: a chart that was moved is the same one.
    hash.update(`${file.slice(join(place).length)}\0${content.length}\0`).update(content);
  }
}

function filesIn(place: string): string[] {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
