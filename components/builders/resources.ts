import type * as k8s from "@pulumi/kubernetes";
import type { ResourcesConfig } from "../config/types";

/**
 * The `resources` of a container. Both halves are required by type: a container without a request is the first to be
 * starved, one without a limit starves the others. That no request exceeds its limit is checked with the configuration.
 */
export function resources({ requests, limits }: ResourcesConfig): k8s.types.input.core.v1.ResourceRequirements {
  return { requests: { ...requests }, limits: { ...limits } };
}
