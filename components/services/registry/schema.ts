import { z } from "zod";
import { images } from "../../../kubernetes/images";
import { flag, integer } from "../../config/fields";
import { resources } from "../../config/resources";
import { volume } from "../../config/volume";
import { hostBelowDomain, imageReference, ownNamespace, password, userName } from "../../config/values";

export const registry = z
  .object({
    enabled: flag().default(true).describe("Whether it is there."),
    namespace: ownNamespace({ set: "registry" }).default("registry").describe("The namespace it gets."),
    host: hostBelowDomain("registry").optional().describe("Its name, in the URL that clients use."),
    image: imageReference(images.registry)
      .default(images.registry)
      .describe("Its image. 2.8.3 works too; how soon it refuses tells which accounts exist."),
    username: userName({ set: "admin" }).default("admin").describe("The account whose password the platform generates."),
    users: z
      .array(
        z.object({
          name: userName({ say: "choose a name as above" }).meta({ description: "Its name.", examples: ["ci"] }),
          password: password().describe("Its password."),
        }),
      )
      .default([])
      .describe("Accounts with passwords of their own."),
    bcryptCost: integer(4, 12, 5)
      .default(5)
      .describe(
        "Strength of the hashes of those passwords. Every request of a push or a pull pays it: each step doubles it. At 5, which the " +
          "registry itself spends on a name that it does not know, an unknown name is refused as soon as a known one; elsewhere the " +
          "time tells who has an account. So choose long passwords.",
      ),
    storage: volume("30Gi"),
    resources: resources({
      requests: { cpu: "100m", memory: "256Mi" },
      limits: { cpu: "1", memory: "512Mi" },
    }),
    allowDelete: flag()
      .default(false)
      .describe(
        "Whether clients may delete images through the API. Off, it protects no tag: whoever can push may write over it.",
      ),
    metrics: flag()
      .default(false)
      .describe(
        "Metrics at port 5001 of the pod, by the Service registry-metrics, for a scraper that a NetworkPolicy of yours lets in. With " +
          "them, and not to be had apart, comes Go's profiler, without a password.",
      ),
    gate: z
      .object({ image: imageReference(images.gateway).default(images.gateway).describe("Its image.") })
      .prefault({})
      .describe("nginx beside it, which remembers accounts that were right and lets few others through to be checked."),
    ui: z
      .object({
        enabled: flag().default(true).describe("Whether it is there."),
        host: hostBelowDomain("registry-ui").optional().describe("Its name, in the URL that browsers use."),
        image: imageReference(images.registryUi).default(images.registryUi).describe("Its image."),
        allowDelete: flag().default(false).describe("Whether it offers to delete images; needs the registry's allowDelete too."),
        resources: resources({
          requests: { cpu: "20m", memory: "32Mi" },
          limits: { cpu: "200m", memory: "128Mi" },
        }),
      })
      .prefault({})
      .describe("The web page that lists what is there."),
  })
  .prefault({})
  .describe("The container registry, its accounts and its web page.");
