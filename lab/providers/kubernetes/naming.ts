/** Names for objects whose program gave none: the resource's name and eight random hexadecimal digits. */
import { createHash, randomBytes } from "node:crypto";
import { annotation, at, text, withAnnotation, withMetadata, type KubeObject } from "./objects";
import { UNKNOWN } from "./values";

/** Marks an object that Pulumi named, so that a replacement may have another name. */
export const AUTONAMED = "pulumi.com/autonamed";

/** What the stack's `pulumi:autonaming` setting asks for: nothing, a name, or that names are given by the program. */
export type Autonaming = { mode: "default" } | { mode: "proposed"; name: string } | { mode: "disabled" };

/** A name given by the program, known or not yet. */
export function isNamed(object: KubeObject): boolean {
  return text(object, "metadata", "name") !== "" || at(object, "metadata", "name") === UNKNOWN;
}

export function isAutonamed(object: KubeObject): boolean {
  return annotation(object, AUTONAMED) === "true";
}

/**
 * The object with a name. An object that Pulumi named before keeps its name.
 * @param seed the engine's seed for this resource, so that a plan and its update agree; empty for a random name
 */
export function assignName(
  object: KubeObject,
  old: KubeObject | undefined,
  resourceName: string,
  seed: Uint8Array,
  autonaming: Autonaming,
): KubeObject {
  if (isNamed(object)) return object;
  const generateName = at(object, "metadata", "generateName");
  if (generateName !== undefined && generateName !== null && generateName !== "") {
    throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
  }
  if (old !== undefined && isAutonamed(old)) {
    return withAnnotation(withMetadata(object, "name", text(old, "metadata", "name")), AUTONAMED, "true");
  }
  if (autonaming.mode === "disabled") {
    throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
  }
  const name = autonaming.mode === "proposed" ? autonaming.name : `${resourceName}-${suffix(seed)}`;
  return withAnnotation(withMetadata(object, "name", name), AUTONAMED, "true");
}

function suffix(seed: Uint8Array): string {
  return seed.length > 0 ? createHash("sha256").update(seed).digest("hex").slice(0, 8) : randomBytes(4).toString("hex");
}
