import type { Match } from "../core/policy";
import type { ResourceRule } from "./types";

/** Kinds as the API server's rules name them: by resource. Objects of the whole cluster are left to those who run it. */
export function matchOf(match: readonly Match[]): ResourceRule[] {
  return match.flatMap(({ group, versions, kinds }) => {
    const resources = kinds.filter((kind) => !CLUSTER_WIDE.has(kind)).map(plural);
    if (resources.length === 0) return [];
    return [{ apiGroups: [group], apiVersions: [...versions], resources, operations: ["CREATE", "UPDATE"], scope: "Namespaced" }];
  });
}

const CLUSTER_WIDE = new Set(["ClusterRole", "ClusterRoleBinding"]);

function plural(kind: string): string {
  const name = kind.toLowerCase();
  if (name.endsWith("s")) return `${name}es`;
  return /[^aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}
