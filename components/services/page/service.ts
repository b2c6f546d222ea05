import { httpsUrl } from "../../blocks/routing/objects";
import { defineService } from "../service";
import { pageProbe } from "./probes";
import type * as deployment from "./deploy";

export const page = defineService({
  key: "page",
  hosts: ({ page, routing }) =>
    page?.enabled === true
      ? [
          {
            path: ["page", "host"],
            label: "platform",
            given: page.host,
            namespace: page.namespace,
            limited: (routing?.allowedRanges ?? []).length > 0,
          },
        ]
      : [],
  namespaces: ({ page }) => (page?.enabled === true ? [{ path: ["page", "namespace"], name: page.namespace }] : []),
  outputs: ({ page, routing }) => ({ pageUrl: page.enabled ? httpsUrl(page.host, routing.port) : undefined }),
  probes: ({ pageUrl }) => (typeof pageUrl === "string" ? [pageProbe(pageUrl)] : []),
  deploy: (platform) => (require("./deploy") as typeof deployment).deployPage(platform),
});
