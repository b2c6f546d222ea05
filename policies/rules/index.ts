import type { Policy } from "../core/policy";
import { containerResources } from "./resources/container-resources";
import { httpsOnly } from "./routing/https-only";
import { podSecurity } from "./security/pod-security";
import { singleWriterSqlite } from "./storage/single-writer-sqlite";

/** Every rule there is, in the order in which they speak. */
export const RULES: readonly Policy[] = [httpsOnly, containerResources, singleWriterSqlite, podSecurity];
