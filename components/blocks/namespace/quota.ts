import type { QuotaConfig } from "../../config/types";

export interface QuotaArgs {
  quota?: QuotaConfig;
  /** Forbid NodePort and LoadBalancer Services: ways in beside the HTTPS routes. */
  routesOnly: boolean;
}

/** The `hard` part of a ResourceQuota; empty when nothing is bounded. */
export function quotaLimits({ quota, routesOnly }: QuotaArgs): Record<string, string> {
  const limits: Record<string, string | undefined> = {
    "services.nodeports": routesOnly ? "0" : undefined,
    "services.loadbalancers": routesOnly ? "0" : undefined,
    "requests.cpu": quota?.requests?.cpu,
    "requests.memory": quota?.requests?.memory,
    "limits.cpu": quota?.limits?.cpu,
    "limits.memory": quota?.limits?.memory,
    "requests.storage": quota?.storage,
    pods: quota?.pods?.toString(),
  };
  const hard: Record<string, string> = {};
  for (const [name, value] of Object.entries(limits)) {
    if (value !== undefined) hard[name] = value;
  }
  return hard;
}
