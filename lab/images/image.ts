/**
 * Assembles container images from files, without a container engine. The archive is an OCI image layout that also
 * carries Docker's `manifest.json`, so containerd, Docker and crane all load it. The same input gives the same bytes.
 */
import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { layerEntries, type Layer } from "./layer";
import { readFileStream, tarStream, type TarEntry } from "./tar";

export interface ImageSpec {
  /** Full name with registry and tag, for example `docker.io/library/registry:3.1.1`. */
  name: string;
  layers: readonly Layer[];
  entrypoint?: readonly string[];
  cmd?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** `uid` or `uid:gid`; numeric, so that Kubernetes can check `runAsNonRoot`. */
  user?: string;
  workdir?: string;
  labels?: Readonly<Record<string, string>>;
}

export interface BuiltImage {
  name: string;
  archive: string;
  /** Digest of the image's manifest, `sha256:...`: what the image store lists once it is loaded. */
  digest: string;
  /** False when the archive of the last build was up to date. */
  built: boolean;
}

/** What lies beside an archive: the input it was made from, so that the next build knows whether anything changed. */
interface BuildRecord {
  input: string;
  digest: string;
  /** Content hashes of the sources by path; valid while size and modification time stay the same. */
  sources: Record<string, SourceHash>;
}
interface SourceHash {
  size: number;
  modified: number;
  sha256: string;
}

interface Blob {
  digest: string;
  size: number;
  mediaType: string;
  content: () => AsyncIterable<Buffer>;
}

const layerType = "application/vnd.oci.image.layer.v1.tar";
const configType = "application/vnd.oci.image.config.v1+json";
const manifestType = "application/vnd.oci.image.manifest.v1+json";
/** Part of every hash, so that a change of the way images are written rebuilds them. */
const formatVersion = 1;

/**
 * Writes the image to `outFile`, or leaves the archive there alone when its input has the same content. The archive
 * appears whole or not at all; the record of its input is `outFile` + `.build.json`.
 * @throws UserError when a source is missing or changes meanwhile
 */
export async function buildImage(spec: ImageSpec, outFile: string): Promise<BuiltImage> {
  const recordFile = `${outFile}.build.json`;
  const last = await readRecord(recordFile);
  const known = new Set<string>();
  const layers: TarEntry[][] = [];
  for (const layer of spec.layers) layers.push(await layerEntries(layer, known));
  const sources = await hashSources(layers.flat(), last?.sources ?? {});
  const input = inputHash(spec, layers, sources);
  if (last?.input === input && (await stat(outFile).catch(() => undefined))) {
    await writeFile(recordFile, JSON.stringify({ ...last, sources } satisfies BuildRecord));
    return { name: spec.name, archive: outFile, digest: last.digest, built: false };
  }
  const layerBlobs: Blob[] = [];
  for (const entries of layers) layerBlobs.push(await describe(layerType, () => tarStream(entries)));
  const config = await jsonBlob(configType, imageConfig(spec, layerBlobs));
  const manifest = await jsonBlob(manifestType, {
    schemaVersion: 2,
    mediaType: manifestType,
    config: descriptor(config),
    layers: layerBlobs.map(descriptor),
  });
  await mkdir(dirname(outFile), { recursive: true });
  await rm(recordFile, { force: true });
  await writeArchive(outFile, spec.name, config, layerBlobs, manifest);
  await writeFile(recordFile, JSON.stringify({ input, digest: manifest.digest, sources } satisfies BuildRecord));
  return { name: spec.name, archive: outFile, digest: manifest.digest, built: true };
}

/** OCI image configuration (image-spec, config.md); without any date, so that it is the same tomorrow. */
function imageConfig(spec: ImageSpec, layers: readonly Blob[]): object {
  return {
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    os: "linux",
    config: {
      ...(spec.user && { User: spec.user }),
      Env: Object.entries({ PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...spec.env }).map(
        ([key, value]) => `${key}=${value}`,
      ),
      ...(spec.entrypoint && { Entrypoint: spec.entrypoint }),
      ...(spec.cmd && { Cmd: spec.cmd }),
      WorkingDir: spec.workdir ?? "/",
      ...(spec.labels && { Labels: spec.labels }),
    },
    rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.digest) },
    history: layers.map(() => ({ created: "1970-01-01T00:00:00Z", created_by: "lab/images" })),
  };
}

async function writeArchive(outFile: string, name: string, config: Blob, layers: readonly Blob[], manifest: Blob): Promise<void> {
  const index = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    // containerd names the image after the first annotation, other tools after the second.
    manifests: [
      {
        ...descriptor(manifest),
        annotations: {
          "io.containerd.image.name": name,
          "org.opencontainers.image.ref.name": name.slice(name.lastIndexOf(":") + 1),
        },
      },
    ],
  };
  const dockerManifest = [{ Config: blobPath(config), RepoTags: [name], Layers: layers.map(blobPath) }];
  const blobs = new Map([config, manifest, ...layers].map((blob) => [blobPath(blob), blob]));
  const entries: TarEntry[] = [
    textEntry("oci-layout", { imageLayoutVersion: "1.0.0" }),
    textEntry("index.json", index),
    textEntry("manifest.json", dockerManifest),
    ...[...blobs].map(([path, blob]) => ({ path, kind: "file" as const, mode: 0o644, size: blob.size, content: blob.content })),
  ];
  // The folder may be shared with other checkouts, so the name is this process's own.
  const partial = `${outFile}.${process.pid}.partial`;
  await removeAbandoned(outFile);
  try {
    await pipeline(tarStream(entries), createWriteStream(partial));
    await rename(partial, outFile);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Removes what killed builds of this archive left; the process id in the name shows whether one is still at work. */
async function removeAbandoned(outFile: string): Promise<void> {
  const prefix = `${basename(outFile)}.`;
  for (const file of await readdir(dirname(outFile))) {
    const pid = file.startsWith(prefix) ? /^(\d+)\.partial$/.exec(file.slice(prefix.length))?.[1] : undefined;
    if (pid && !existsSync(`/proc/${pid}`)) await rm(join(dirname(outFile), file), { force: true });
  }
}

/** Runs through the content once for its digest and size; it is produced again when the archive is written. */
async function describe(mediaType: string, content: () => AsyncIterable<Buffer>): Promise<Blob> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const piece of content()) {
    hash.update(piece);
    size += piece.length;
  }
  return { digest: `sha256:${hash.digest("hex")}`, size, mediaType, content };
}

function jsonBlob(mediaType: string, value: object): Promise<Blob> {
  return describe(mediaType, () => Readable.from([Buffer.from(JSON.stringify(value))]));
}

function descriptor(blob: Blob) {
  return { mediaType: blob.mediaType, digest: blob.digest, size: blob.size };
}

function blobPath(blob: Blob): string {
  return `blobs/sha256/${blob.digest.slice("sha256:".length)}`;
}

function textEntry(path: string, value: unknown): TarEntry {
  const content = Buffer.from(JSON.stringify(value));
  return { path, kind: "file", mode: 0o644, size: content.length, content };
}

/** Content hashes of every source file; a file whose size and time are the recorded ones is not read again. */
async function hashSources(entries: readonly TarEntry[], last: Record<string, SourceHash>): Promise<Record<string, SourceHash>> {
  const sources: Record<string, SourceHash> = {};
  for (const { content } of entries) {
    if (!content || typeof content !== "object" || !("file" in content)) continue;
    const { size, mtimeMs } = await stat(content.file);
    const before = last[content.file];
    sources[content.file] =
      before?.size === size && before.modified === mtimeMs
        ? before
        : { size, modified: mtimeMs, sha256: (await describe("", () => readFileStream(content.file))).digest };
  }
  return sources;
}

/** One hash over everything that decides the image's bytes: contents instead of paths of this machine. */
function inputHash(spec: ImageSpec, layers: readonly TarEntry[][], sources: Record<string, SourceHash>): string {
  const contents = layers.map((entries) =>
    entries.map(({ content, ...entry }) => ({
      ...entry,
      content: Buffer.isBuffer(content)
        ? content.toString("base64")
        : content && "file" in content
          ? sources[content.file]!.sha256
          : undefined,
    })),
  );
  return createHash("sha256")
    .update(JSON.stringify({ formatVersion, spec: { ...spec, layers: undefined }, contents }))
    .digest("hex");
}

/** The record of the last build; none when there was no build or its record cannot be read. */
async function readRecord(file: string): Promise<BuildRecord | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as BuildRecord;
  } catch {
    return undefined;
  }
}
