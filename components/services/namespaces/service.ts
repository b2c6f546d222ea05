import { defineService } from "../service";
import { namespaceBounds, pullSecretsNeedRegistry, sharedNamespacesDecide, sharedObjectsDiffer } from "./checks";
import type * as deployment from "./deploy";

export const namespaces = defineService({
  key: "namespaces",
  checks: [pullSecretsNeedRegistry, namespaceBounds, sharedNamespacesDecide, sharedObjectsDiffer],
  namespaces: ({ namespaces = [] }) => [...namespaces].map(({ name }, i) => ({ path: ["namespaces", i, "name"], name })),
  retains: ({ namespaces, storage }) => namespaces.length > 0 && storage.protection !== "none",
  deploy: (platform) => (require("./deploy") as typeof deployment).deployNamespaces(platform),
});
