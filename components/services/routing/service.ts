import { defineService } from "../service";
import { entryPointsDiffer } from "./checks";
import type * as deployment from "./deploy";
import { traefikReferences } from "./references";

export const routing = defineService({
  key: "routing",
  checks: [entryPointsDiffer],
  namespaces: ({ routing }) => [{ path: ["routing", "traefikNamespace"], name: routing?.traefikNamespace, existing: true }],
  references: traefikReferences,
  deploy: (platform) => (require("./deploy") as typeof deployment).deployRouting(platform),
});
