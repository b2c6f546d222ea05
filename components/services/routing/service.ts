import { defineService } from "../service";
import { entryPointsDiffer } from "./checks";
import type * as deployment from "./deploy";
import { traefikReferences } from "./references";

export const routing = defineService({
  key: "routing",
  summary: "How requests come in: through the cluster's Traefik, over HTTPS, and a redirect from HTTP",
  checks: [entryPointsDiffer],
  namespaces: ({ routing }) => [{ path: ["routing", "traefikNamespace"], name: routing?.traefikNamespace, existing: true }],
  references: traefikReferences,
  deploy: (platform) => (require("./deploy") as typeof deployment).deployRouting(platform),
});
