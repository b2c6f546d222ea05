/*
 * Pushes one image archive. Everything comes through the environment, so that no secret is part of a command line:
 *   REGISTRY_ACCESS   JSON of RegistryAccess
 *   IMAGE_NAME        name and tag, without the registry
 *   IMAGE_ARCHIVE     path of the archive
 * Exit code 0 and one line on standard output, or 1 and the cause on standard error.
 */
import { parseImage } from "../../kubernetes/image";
import { readArchive } from "./archive";
import { RegistryClient, type RegistryAccess } from "./client";

const tries = 60;

async function main(): Promise<void> {
  const client = new RegistryClient(JSON.parse(process.env.REGISTRY_ACCESS ?? "{}") as RegistryAccess);
  const { IMAGE_NAME: name = "", IMAGE_ARCHIVE: archive = "" } = process.env;
  const image = readArchive(archive);
  const { repository, tag = "latest" } = parseImage(name)!;
  for (let left = tries; ; left -= 1) {
    try {
      if ((await client.find(repository, tag)) !== image.manifest.digest) await client.push(repository, tag, archive, image);
      console.log(`${name} ${image.manifest.digest}`);
      return;
    } catch (error) {
      // A registry that has just started is not routed to at once, and a new account takes a moment to reach it.
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

main().catch((error: Error) => {
  console.error(`the image ${process.env.IMAGE_NAME} was not pushed: ${error.message}`);
  process.exitCode = 1;
});
