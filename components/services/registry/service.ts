import { hostAndPort, httpsUrl } from "../../blocks/routing/objects";
import type { Host } from "../host";
import { defineService, type Given } from "../service";
import { deletesNeedRegistry, distinctUsers, imagesComeFromElsewhere, registryBounds, registryHostHasDot } from "./checks";
import type * as deployment from "./deploy";
import { registryProbes } from "./probes";

export const registry = defineService({
  key: "registry",
  checks: [registryHostHasDot, distinctUsers, imagesComeFromElsewhere, deletesNeedRegistry, registryBounds],
  hosts,
  namespaces: ({ registry }) =>
    registry?.enabled === false ? [] : [{ path: ["registry", "namespace"], name: registry?.namespace }],
  volumes: ({ registry: { enabled, storage } }) => (enabled ? [{ key: "homelab:registry.storage", storage }] : []),
  outputs: ({ registry: { enabled, host, username, ui }, routing: { port } }) =>
    enabled
      ? {
          registryUrl: httpsUrl(host, port),
          registryHost: hostAndPort(host, port),
          registryUsername: username,
          registryUiUrl: ui.enabled ? httpsUrl(ui.host, port) : undefined,
        }
      : {},
  probes: registryProbes,
  deploy: (platform) => (require("./deploy") as typeof deployment).deployRegistry(platform),
});

function hosts({ registry, routing }: Given): Host[] {
  if (registry?.enabled === false) return [];
  const { namespace, host: given, ui } = registry ?? {};
  const place = { namespace, limited: (routing?.allowedRanges ?? []).length > 0 };
  return [
    { path: ["registry", "host"], label: "registry", given, title: "Registry, for clients", ...place },
    ...(ui?.enabled === false
      ? []
      : [{ path: ["registry", "ui", "host"], label: "registry-ui", given: ui?.host, title: "Images", ...place }]),
  ];
}
