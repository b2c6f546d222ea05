/** The kinds that a cluster serves. Source: kubernetes.io/docs/concepts/overview/kubernetes-api, "Aggregated discovery". */
import { apiVersionOf } from "./objects";

export interface ApiResource {
  plural: string;
  namespaced: boolean;
}
export interface Discovery {
  /** By `group/version/Kind`. */
  resources: Map<string, ApiResource>;
  /** `apps/v1` and `apps/v1/Deployment`, as Helm's `--api-versions` wants them. */
  apiVersions: string[];
}
export interface DiscoveryAnswer {
  items: {
    metadata?: { name?: string };
    versions: {
      version: string;
      resources?: {
        resource: string;
        scope: string;
        responseKind?: { kind?: string; group?: string; version?: string };
      }[];
    }[];
  }[];
}

/** Kubernetes >= 1.27 answers this with all kinds at once. */
export const AGGREGATED_DISCOVERY = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

/** @throws Error for a cluster too old to list its kinds in one answer */
export function readDiscovery(answers: DiscoveryAnswer[]): Discovery {
  const resources = new Map<string, ApiResource>();
  const apiVersions: string[] = [];
  for (const group of answers.flatMap(({ items }) => items ?? fail())) {
    const name = group.metadata?.name ?? "";
    for (const { version, resources: listed = [] } of group.versions) {
      const apiVersion = apiVersionOf({ group: name, version });
      apiVersions.push(apiVersion);
      for (const { resource, scope, responseKind } of listed) {
        const kind = responseKind?.kind;
        if (kind === undefined || kind === "") continue;
        resources.set(`${name}/${version}/${kind}`, { plural: resource, namespaced: scope === "Namespaced" });
        apiVersions.push(`${apiVersion}/${kind}`);
      }
    }
  }
  return { resources, apiVersions };

  function fail(): never {
    throw new Error("the lab's stand-in for the kubernetes plugin needs Kubernetes 1.27 or later (aggregated discovery)");
  }
}
