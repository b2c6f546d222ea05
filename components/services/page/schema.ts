import { z } from "zod";
import { images } from "../../../kubernetes/images";
import { flag } from "../../config/fields";
import { hostBelowDomain, imageReference, ownNamespace } from "../../config/values";

export const page = z
  .object({
    enabled: flag().default(false).describe("Whether there is one."),
    namespace: ownNamespace({ set: "platform" }).default("platform").describe("Its namespace."),
    host: hostBelowDomain("platform").optional().describe("Its name."),
    image: imageReference(images.gateway).default(images.gateway).describe("nginx, which serves it."),
  })
  .prefault({})
  .describe(
    "A page for people at home: what runs, how to trust it, log in, push and use the AWS emulator. Static, and without a secret: whoever " +
      "reaches it may read it.",
  );
