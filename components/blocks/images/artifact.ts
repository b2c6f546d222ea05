/*
 * One file as an OCI artifact: a manifest with the file as its only layer.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { ArchivedImage, Blob } from "./archive";

const manifestType = "application/vnd.oci.image.manifest.v1+json";
const emptyType = "application/vnd.oci.empty.v1+json";

/** @throws Error when the file cannot be read */
export function readArtifact(file: string, mediaType: string): ArchivedImage {
  const layer = blob(readFileSync(file));
  const empty = blob(Buffer.from("{}"));
  const describe = ({ digest, size }: Blob, type: string) => ({ mediaType: type, digest, size });
  const content = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: mediaType,
      config: describe(empty, emptyType),
      // The name under which clients such as oras store what they pull.
      layers: [{ ...describe(layer, mediaType), annotations: { "org.opencontainers.image.title": basename(file) } }],
    }),
  );
  return { manifest: { content, mediaType: manifestType, digest: digestOf(content) }, parts: [], blobs: [empty, layer] };
}

function blob(content: Buffer): Blob {
  return { digest: digestOf(content), size: content.length, content };
}

export function digestOf(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
