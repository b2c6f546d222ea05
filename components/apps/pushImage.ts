import { existsSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as command from "@pulumi/command";
import type { AppImagesConfig } from "../config/types";
import type { ChildOptions } from "../kubernetes";
import { archiveDigest } from "./images/archive";
import type { RegistryAccess } from "./images/client";

export interface PushArgs {
  app: string;
  image: AppImagesConfig["push"][number];
  access: pulumi.Output<RegistryAccess>;
}

/** Pushes an archive into the platform's registry: on the machine of `up`, and only when the image is another one. */
export function pushImage(name: string, { app, image, access }: PushArgs, child: ChildOptions): command.local.Command {
  const script = "node components/apps/images/push.js";
  return new command.local.Command(
    name,
    {
      create: script,
      update: script,
      environment: {
        IMAGE_NAME: image.name,
        IMAGE_ARCHIVE: image.archive,
        REGISTRY_ACCESS: pulumi.secret(access.apply((value) => JSON.stringify(value))),
      },
      triggers: [digestOf(app, image.archive)],
      // Output of commands is printed even when it is marked secret.
      logging: command.local.Logging.None,
      addPreviousOutputInEnv: false,
    },
    child,
  );
}

function digestOf(app: string, archive: string): string {
  if (!existsSync(archive)) {
    throw new pulumi.RunError(
      `The app ${app}: there is no image archive ${archive}. Make it with \`docker save\` or \`crane pull\`, or correct images.push.`,
    );
  }
  try {
    return archiveDigest(archive);
  } catch (error) {
    throw new pulumi.RunError(`The app ${app}: ${(error as Error).message}`);
  }
}
