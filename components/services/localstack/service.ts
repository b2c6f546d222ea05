import { httpsUrl } from "../../blocks/routing/objects";
import { defineService } from "../service";
import { localstackChecks } from "./checks";
import type * as deployment from "./deploy";
import { emulatorProbe } from "./probes";

export const localstack = defineService({
  key: "localstack",
  checks: localstackChecks,
  hosts: ({ localstack }) => {
    if (localstack?.enabled !== true) return [];
    const { host: given, namespace, allowedRanges } = localstack;
    const limited = (allowedRanges ?? []).length > 0;
    return [
      {
        path: ["localstack", "host"],
        label: "localstack",
        given,
        namespace,
        limited,
        tcp: true,
        title: "AWS emulator, for clients",
      },
    ];
  },
  namespaces: ({ localstack }) =>
    localstack?.enabled === true ? [{ path: ["localstack", "namespace"], name: localstack.namespace }] : [],
  volumes: ({ localstack: { enabled, storage } }) => (enabled ? [{ key: "homelab:localstack.storage", storage }] : []),
  outputs: ({ localstack: { enabled, host, region }, routing: { port } }) =>
    enabled ? { localstackUrl: httpsUrl(host, port), localstackRegion: region } : {},
  probes: ({ localstackUrl }) => (typeof localstackUrl === "string" ? [emulatorProbe(localstackUrl)] : []),
  deploy: (platform) => (require("./deploy") as typeof deployment).deployLocalstack(platform),
});
