/*
 * Image archives as `docker save`, `podman save` and `crane pull` write them: a tar of either an OCI image layout
 * (index.json, blobs/) or Docker's older form (manifest.json with a list of layers), or both.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

export interface Blob {
  digest: string;
  size: number;
  /** Itself, or where it lies in the archive, in bytes. */
  content: Buffer | { offset: number };
}

export interface ArchivedImage {
  /** What the image's tag is to point to; its digest identifies the image. */
  manifest: Document;
  /** Manifests that `manifest` (then an index) lists, in case it is one. */
  parts: Document[];
  blobs: Blob[];
}

export interface Document {
  content: Buffer;
  mediaType: string;
  digest: string;
}

interface Entry {
  size: number;
  offset: number;
}

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

const types = {
  index: "application/vnd.oci.image.index.v1+json",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerConfig: "application/vnd.docker.container.image.v1+json",
  dockerLayer: "application/vnd.docker.image.rootfs.diff.tar",
};

/** @throws Error when the file is no image archive */
export function readArchive(file: string): ArchivedImage {
  const entries = listTar(file);
  if (entries.has("index.json")) return readLayout(file, entries);
  if (entries.has("manifest.json")) return readDocker(file, entries);
  throw new Error(`${file} is no image archive: it has neither index.json nor manifest.json`);
}

/** Digest of what would be pushed. */
export function archiveDigest(file: string): string {
  return readArchive(file).manifest.digest;
}

function readLayout(file: string, entries: Map<string, Entry>): ArchivedImage {
  const index = JSON.parse(read(file, entry("index.json")).toString()) as { manifests: Descriptor[] };
  if (index.manifests.length !== 1) throw new Error(`${file} holds ${index.manifests.length} images; one goes into an archive`);
  const manifest = document(index.manifests[0]!);
  const isIndex = manifest.mediaType === types.index || manifest.mediaType.endsWith("manifest.list.v2+json");
  const listed = isIndex ? (JSON.parse(manifest.content.toString()) as { manifests: Descriptor[] }).manifests : [];
  const parts = listed.map(document);
  const images = isIndex ? parts : [manifest];
  const blobs = images.flatMap(({ content }) => {
    const { config, layers } = JSON.parse(content.toString()) as { config: Descriptor; layers: Descriptor[] };
    return [config, ...layers].map(({ digest, size }) => ({
      digest,
      size,
      content: { offset: entry(blobPath(digest)).offset },
    }));
  });
  return { manifest, parts, blobs };

  function document({ digest, mediaType }: Descriptor): Document {
    return { content: read(file, entry(blobPath(digest))), mediaType, digest };
  }

  function entry(path: string): Entry {
    const found = entries.get(path);
    if (found === undefined) throw new Error(`${file} is incomplete: it has no ${path}`);
    return found;
  }
}

function readDocker(file: string, entries: Map<string, Entry>): ArchivedImage {
  const images = JSON.parse(read(file, entries.get("manifest.json")!).toString()) as { Config: string; Layers: string[] }[];
  if (images.length !== 1) throw new Error(`${file} holds ${images.length} images; one goes into an archive`);
  const [config, ...layers] = [images[0]!.Config, ...images[0]!.Layers].map((path): Blob => {
    const entry = entries.get(path);
    if (entry === undefined) throw new Error(`${file} is incomplete: it has no ${path}`);
    return { size: entry.size, digest: hash(file, entry), content: { offset: entry.offset } };
  });
  const describe = ({ digest, size }: Blob, mediaType: string) => ({ mediaType, size, digest });
  const content = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: types.dockerManifest,
      config: describe(config!, types.dockerConfig),
      layers: layers.map((layer) => describe(layer, types.dockerLayer)),
    }),
  );
  const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
  return { manifest: { content, mediaType: types.dockerManifest, digest }, parts: [], blobs: [config!, ...layers] };
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

/** Names and places of a tar's files; its headers only, so that large archives cost nothing. POSIX.1-1988 and pax names. */
function listTar(file: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const handle = openSync(file, "r");
  try {
    const header = Buffer.alloc(512);
    let longName: string | undefined;
    for (let at = 0; readSync(handle, header, 0, 512, at) === 512 && header[0] !== 0;) {
      const size = Number.parseInt(text(header, 124, 12), 8);
      if (!Number.isFinite(size)) throw new Error(`${file} is no tar archive`);
      const content = () => {
        const buffer = Buffer.alloc(size);
        readSync(handle, buffer, 0, size, at + 512);
        return buffer.toString();
      };
      const kind = String.fromCharCode(header[156]!);
      const prefix = text(header, 345, 155);
      if (kind === "x") {
        longName = /\d+ path=(.*)\n/.exec(content())?.[1];
      } else if (kind === "L") {
        longName = content().replace(/\0.*$/s, "");
      } else {
        const name = longName ?? (prefix === "" ? "" : `${prefix}/`) + text(header, 0, 100);
        if (kind === "0" || kind === "\0") entries.set(name.replace(/^\.\//, ""), { size, offset: at + 512 });
        longName = undefined;
      }
      at += 512 + Math.ceil(size / 512) * 512;
    }
  } finally {
    closeSync(handle);
  }
  return entries;
}

function text(header: Buffer, start: number, length: number): string {
  return header
    .toString("latin1", start, start + length)
    .replace(/\0.*$/s, "")
    .trim();
}

function read(file: string, { size, offset }: Entry): Buffer {
  const handle = openSync(file, "r");
  try {
    const content = Buffer.alloc(size);
    readSync(handle, content, 0, size, offset);
    return content;
  } finally {
    closeSync(handle);
  }
}

function hash(file: string, { size, offset }: Entry): string {
  const sum = createHash("sha256");
  const step = 4 * 1024 * 1024;
  for (let done = 0; done < size; done += step) {
    sum.update(read(file, { offset: offset + done, size: Math.min(step, size - done) }));
  }
  return `sha256:${sum.digest("hex")}`;
}
