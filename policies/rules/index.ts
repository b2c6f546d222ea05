import type { Policy } from "../core/policy";
import { imageReferences } from "./images/image-references";
import { localstackLicence } from "./images/localstack-licence";
import { opaqueReleases } from "./images/opaque-releases";
import { acmeNames } from "./operations/acme-names";
import { containerSocket } from "./operations/container-socket";
import { defaultNamespace } from "./operations/default-namespace";
import { deprecatedApis } from "./operations/deprecated-apis";
import { disruptionBudgets } from "./operations/disruption-budgets";
import { garbageCollection } from "./operations/registry-garbage-collection";
import { htpasswd } from "./operations/htpasswd";
import { networkPolicies } from "./operations/network-policies";
import { nodePorts } from "./operations/node-ports";
import { probes } from "./operations/probes";
import { rbac } from "./operations/rbac";
import { retainedData } from "./operations/retained-data";
import { containerResources } from "./resources/container-resources";
import { storageLimits } from "./resources/storage-limits";
import { certificateHosts } from "./routing/certificate-hosts";
import { httpsOnly } from "./routing/https-only";
import { routeReferences } from "./routing/route-references";
import { unattachedMiddlewares } from "./routing/unattached-middlewares";
import { uniqueRoutes } from "./routing/unique-routes";
import { plainSecrets } from "./secrets/plain-secrets";
import { serviceAccountTokens } from "./secrets/service-account-tokens";
import { podSecurity } from "./security/pod-security";
import { rwoNeedsRecreate } from "./storage/rwo-needs-recreate";
import { singleWriterSqlite } from "./storage/single-writer-sqlite";

/** Every rule there is, in the order in which they speak. */
export const RULES: readonly Policy[] = [
  httpsOnly,
  uniqueRoutes,
  certificateHosts,
  unattachedMiddlewares,
  routeReferences,
  acmeNames,
  nodePorts,
  containerResources,
  storageLimits,
  singleWriterSqlite,
  rwoNeedsRecreate,
  podSecurity,
  containerSocket,
  rbac,
  imageReferences,
  localstackLicence,
  opaqueReleases,
  plainSecrets,
  serviceAccountTokens,
  networkPolicies,
  probes,
  disruptionBudgets,
  defaultNamespace,
  retainedData,
  garbageCollection,
  htpasswd,
  deprecatedApis,
];
