/*
 * Pushes one image archive, or one file as an artifact, and sees that it arrived. Everything comes through the
 * environment, so that no secret is part of a command line:
 *   REGISTRY_ACCESS     JSON of RegistryAccess
 *   IMAGE_NAME          name and tag, without the registry
 *   IMAGE_ARCHIVE       path of the archive, or of the file
 *   ARTIFACT_MEDIATYPE  of the file; absent for an image
 * Exit code 0 and one line on standard output, or 1 and the cause on standard error.
 */
import { splitImage } from "../../../kubernetes/image";
import { readArchive, type ArchivedImage } from "./archive";
import { digestOf, readArtifact } from "./artifact";
import { RegistryClient, type RegistryAccess } from "./client";
import { patiently } from "./patience";

async function place(client: RegistryClient, repository: string, tag: string, file: string, image: ArchivedImage): Promise<void> {
  const { digest } = image.manifest;
  if ((await client.find(repository, tag)) !== digest) await client.push(repository, tag, file, image);
  const found = await client.find(repository, tag);
  if (found !== digest) throw new Error(`the registry has ${found ?? "nothing"} under its name instead of ${digest}`);
}

/** Pulls what was pushed, all of it: for files, which are small. */
async function pullBack(client: RegistryClient, repository: string, { blobs }: ArchivedImage): Promise<void> {
  for (const { digest } of blobs) {
    const pulled = digestOf(await client.pullBlob(repository, digest));
    if (pulled !== digest) throw new Error(`what the registry gives back for ${digest} is ${pulled}`);
  }
}

async function main(): Promise<void> {
  const client = new RegistryClient(JSON.parse(process.env.REGISTRY_ACCESS ?? "{}") as RegistryAccess);
  const { IMAGE_NAME: name = "", IMAGE_ARCHIVE: file = "", ARTIFACT_MEDIATYPE: mediaType } = process.env;
  const image = mediaType === undefined ? readArchive(file) : readArtifact(file, mediaType);
  const { repository, tag = "latest" } = splitImage(name)!;
  await patiently(async () => {
    await place(client, repository, tag, file, image);
    if (mediaType !== undefined) await pullBack(client, repository, image);
  });
  console.log(`${name} ${image.manifest.digest}`);
}

main().catch((error: Error) => {
  console.error(`${process.env.IMAGE_NAME} was not pushed: ${error.message}`);
  process.exitCode = 1;
});
