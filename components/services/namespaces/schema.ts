import { z } from "zod";
import { POD_SECURITY_LEVELS } from "../../../kubernetes/podSecurity";
import { choice, flag, integer } from "../../config/fields";
import { bytes, cpu, ownNamespace } from "../../config/values";

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

/** Namespaces that the platform makes for the user's own workloads. */
export const namespaces = z
  .array(
    z.object({
      name: ownNamespace({ say: "choose a name as above" }),
      podSecurity: choice(POD_SECURITY_LEVELS).default("restricted"),
      /** Without it: true if there is a registry. */
      pullSecret: flag().optional(),
      egress: egress().default("open"),
      quota,
    }),
  )
  .default([]);
