import { z } from "zod";
import { POD_SECURITY_LEVELS } from "../../../kubernetes/podSecurity";
import { choice, flag } from "../../config/fields";
import { EGRESS, egress, QUOTA, quota } from "../../config/namespaceFields";
import { ownNamespace } from "../../config/values";

export const namespaces = z
  .array(
    z.object({
      name: ownNamespace({ say: "choose a name as above" }).meta({ description: "Its name.", examples: ["apps"] }),
      podSecurity: choice(POD_SECURITY_LEVELS).default("restricted").describe("Its level of the Pod Security Standards."),
      pullSecret: flag().optional().meta({
        description: "Whether the Secret registry-pull is there, for `imagePullSecrets`.",
        defaultText: "whether there is a registry",
      }),
      egress: egress().default("open").describe(EGRESS),
      quota: quota.describe(QUOTA),
    }),
  )
  .default([])
  .describe("Namespaces for your own workloads, and for apps that share one (docs/apps.md).");
