import { existsSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as command from "@pulumi/command";
import { projectPath } from "../../builders";
import { archiveDigest } from "./archive";
import { readArtifact } from "./artifact";
import type { RegistryAccess } from "./client";

export interface PushArgs {
  app: string;
  /** The name that it gets, and the archive of `docker save` or `crane pull`. */
  image: { name: string; archive: string };
  access: pulumi.Output<RegistryAccess>;
}

/** A file, the name and tag that it gets, and what it is. */
export interface Artifact {
  name: string;
  file: string;
  mediaType: string;
}

/** Pushes an archive into the platform's registry: on the machine of `up`, and only when the image is another one. */
export function pushImage(name: string, { app, image, access }: PushArgs, child: pulumi.CustomResourceOptions) {
  const remedy = "Make it with `docker save` or `crane pull`, or correct images.push.";
  const digest = digestOf(`The app ${app}`, "image archive", image.archive, remedy, archiveDigest);
  return push(name, { IMAGE_NAME: image.name, IMAGE_ARCHIVE: image.archive }, digest, access, child);
}

/** The same with a file, as an artifact; it is pulled back and compared. */
export function pushArtifact(
  name: string,
  { name: reference, file, mediaType }: Artifact,
  access: pulumi.Output<RegistryAccess>,
  child: pulumi.CustomResourceOptions,
): command.local.Command {
  const read = (path: string) => readArtifact(path, mediaType).manifest.digest;
  const digest = digestOf(`The artifact ${reference}`, "file", file, "Correct its `file`.", read);
  const environment = { IMAGE_NAME: reference, IMAGE_ARCHIVE: file, ARTIFACT_MEDIATYPE: mediaType };
  return push(name, environment, digest, access, child);
}

function push(
  name: string,
  environment: Record<string, string>,
  digest: string,
  access: pulumi.Output<RegistryAccess>,
  child: pulumi.CustomResourceOptions,
): command.local.Command {
  const script = `node ${projectPath(__dirname, "push.js")}`;
  return new command.local.Command(
    name,
    {
      create: script,
      update: script,
      environment: {
        ...environment,
        REGISTRY_ACCESS: pulumi.secret(access.apply((value) => JSON.stringify(value))),
      },
      triggers: [digest],
      // Output of commands is printed even when it is marked secret.
      logging: command.local.Logging.None,
      addPreviousOutputInEnv: false,
    },
    child,
  );
}

function digestOf(owner: string, what: string, file: string, remedy: string, read: (file: string) => string): string {
  if (!existsSync(file)) throw new pulumi.RunError(`${owner}: there is no ${what} ${file}. ${remedy}`);
  try {
    return read(file);
  } catch (error) {
    throw new pulumi.RunError(`${owner}: ${(error as Error).message}`);
  }
}
