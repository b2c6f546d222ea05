import type { Policy } from "../core/policy";
import { imageReferences } from "./images/image-references";
import { localstackLicence } from "./images/localstack-licence";
import { opaqueReleases } from "./images/opaque-releases";
import { containerResources } from "./resources/container-resources";
import { httpsOnly } from "./routing/https-only";
import { plainSecrets } from "./secrets/plain-secrets";
import { serviceAccountTokens } from "./secrets/service-account-tokens";
import { podSecurity } from "./security/pod-security";
import { singleWriterSqlite } from "./storage/single-writer-sqlite";

/** Every rule there is, in the order in which they speak. */
export const RULES: readonly Policy[] = [
  httpsOnly,
  containerResources,
  singleWriterSqlite,
  podSecurity,
  imageReferences,
  localstackLicence,
  opaqueReleases,
  plainSecrets,
  serviceAccountTokens,
];
