import { z } from "zod";
import { POD_SECURITY_LEVELS } from "../../../kubernetes/podSecurity";
import { choice, flag } from "../../config/fields";
import { egress, quota } from "../../config/namespaceFields";
import { ownNamespace } from "../../config/values";

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
