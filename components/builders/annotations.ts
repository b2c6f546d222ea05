import { createHash } from "node:crypto";

/**
 * Makes the kubernetes provider wait until a custom resource reports a condition; it waits for none by itself.
 */
export function waitForCondition(condition: string): Record<string, string> {
  return { "pulumi.com/waitFor": `condition=${condition}` };
}

/** Makes Pulumi not wait for the object. */
export const skipAwait: Record<string, string> = { "pulumi.com/skipAwait": "true" };

/**
 * Rolls the pods of a template when `content` changes: a program that reads its file once at start would otherwise
 * never see the new one. Only for content that is not secret, since a hash of a short secret gives it away.
 */
export function contentChecksum(content: string): Record<string, string> {
  return { "checksum/config": createHash("sha256").update(content).digest("hex") };
}
