import { z } from "zod";
import { choice, integer } from "./fields";
import { bytes, cpu } from "./values";

/* What a namespace has, whoever makes it. */

const amounts = () => z.object({ cpu: cpu("2").optional(), memory: bytes("4Gi").optional() }).optional();

/** Bounds for a whole namespace; what is left out is not bounded. */
export const quota = z
  .object({
    requests: amounts(),
    limits: amounts(),
    storage: bytes("50Gi").optional(),
    pods: integer(1, 100000, 20).optional(),
  })
  .optional();

/** Where pods may turn to. */
export const egress = () =>
  choice(["open", "internet", "platform"], {
    open: "anywhere",
    internet: "to the platform and the Internet, not to the home's network, the nodes or other namespaces",
    platform: "to the platform alone",
  });
