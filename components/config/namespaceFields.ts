import { z } from "zod";
import { choice, integer } from "./fields";
import { bytes, cpu } from "./values";

/* What a namespace has, whoever makes it. */

const amounts = (meaning: string) =>
  z
    .object({
      cpu: cpu("2").optional().describe("Cores."),
      memory: bytes("4Gi").optional().describe("Memory."),
    })
    .optional()
    .meta({ description: meaning, inline: true });

/** What is left out is not bounded. */
export const quota = z
  .object({
    requests: amounts("What all pods together may ask for."),
    limits: amounts("What the limits of all pods together may come to."),
    storage: bytes("50Gi").optional().describe("What all claims together may ask for."),
    pods: integer(1, 100000, 20).optional().describe("How many pods there may be."),
  })
  .optional();

export const QUOTA = "Bounds for all of the namespace together.";

export const egress = () =>
  choice(["open", "internet", "platform"], {
    open: "anywhere",
    internet: "to the platform and the Internet, not to the home's network, the nodes, the Kubernetes API or other namespaces",
    platform: "to the platform alone",
  });

export const EGRESS = "Where pods may turn to.";
