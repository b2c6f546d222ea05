import { groupOf, scopeOf, type Scope } from "../../../../kubernetes/kinds";
import type { KubeObject } from "../adapt";

/**
 * The scopes of the kinds that a cluster has and the house's table does not, as `acme.example/Thing`. The probe has one object of each
 * kind that the cluster has, none with a namespace, and the plugin gives one to what belongs to one. Pure.
 */
export function scopesIn(probed: readonly KubeObject[]): Record<string, Scope> {
  const others = probed.filter(({ apiVersion, kind }) => scopeOf(apiVersion, kind) === undefined);
  return Object.fromEntries(
    others.map(({ apiVersion, kind, metadata }): [string, Scope] => [
      `${groupOf(apiVersion)}/${kind}`,
      metadata?.namespace === undefined ? "Cluster" : "Namespaced",
    ]),
  );
}
