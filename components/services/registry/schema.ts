import { z } from "zod";
import { images } from "../../../kubernetes/images";
import { flag, integer } from "../../config/fields";
import { resources } from "../../config/resources";
import { volume } from "../../config/volume";
import { hostBelowDomain, imageReference, ownNamespace, password, userName } from "../../config/values";

/** The container registry, its accounts and its web page. */
export const registry = z
  .object({
    enabled: flag().default(true),
    namespace: ownNamespace({ set: "registry" }).default("registry"),
    host: hostBelowDomain("registry").optional(),
    image: imageReference(images.registry).default(images.registry),
    /** The account whose password the platform generates. */
    username: userName({ set: "admin" }).default("admin"),
    users: z.array(z.object({ name: userName({ say: "choose a name as above" }), password: password() })).default([]),
    /** For passwords that a person chose. The default is what the registry itself spends on a name that it does not know. */
    bcryptCost: integer(4, 12, 5).default(5),
    storage: volume("30Gi"),
    resources: resources({
      requests: { cpu: "100m", memory: "256Mi" },
      limits: { cpu: "1", memory: "512Mi" },
    }),
    allowDelete: flag().default(false),
    metrics: flag().default(false),
    /** What lets few wrong passwords through to the registry. */
    gate: z.object({ image: imageReference(images.gateway).default(images.gateway) }).prefault({}),
    ui: z
      .object({
        enabled: flag().default(true),
        host: hostBelowDomain("registry-ui").optional(),
        image: imageReference(images.registryUi).default(images.registryUi),
        allowDelete: flag().default(false),
        resources: resources({
          requests: { cpu: "20m", memory: "32Mi" },
          limits: { cpu: "200m", memory: "128Mi" },
        }),
      })
      .prefault({}),
  })
  .prefault({});
