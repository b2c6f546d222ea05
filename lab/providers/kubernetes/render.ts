/** Manifests on disk instead of objects in a cluster: the provider's argument `renderYamlToDirectory`. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { isCrd, nameOf, namespaceOf, text, type KubeObject } from "./objects";

/**
 * CustomResourceDefinitions go into `0-crd`, all else into `1-manifest`, so that applying the folders in order works.
 * Files are named `<apiVersion>-<kind>-<namespace>-<name>.yaml`.
 */
export function manifestPath(object: KubeObject, directory: string): string {
  const apiVersion = text(object, "apiVersion").replace(/[/:]/g, "_");
  const parts = [apiVersion, text(object, "kind").toLowerCase(), namespaceOf(object) || "default", nameOf(object)];
  return join(directory, isCrd(object) ? "0-crd" : "1-manifest", `${parts.join("-")}.yaml`);
}

/** Readable by its owner alone: manifests hold secrets in plain text. @returns the file's path */
export function writeManifest(object: KubeObject, directory: string): string {
  const path = manifestPath(object, directory);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, stringify(object, { sortMapEntries: true }), { mode: 0o600 });
  return path;
}

export function removeManifest(object: KubeObject, directory: string): void {
  rmSync(manifestPath(object, directory), { force: true });
}
