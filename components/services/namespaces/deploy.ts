import { Namespace, type NamespaceArgs } from "../../blocks/namespace";
import type { Protection } from "../../config/types";
import type { Deployed, PlatformContext } from "../service";
import { namespaceProtection } from "./protection";

/** Those that the configuration declares, and one for each app that shares none. */
export function deployNamespaces({ name, config, child, keeper, routerPeers }: PlatformContext): Deployed {
  const { namespaces: declared, apps, storage } = config;
  const namespaces = [
    ...declared.map((one) => createNamespace(`${name}-namespace-${one.name}`, one, storage.protection)),
    ...apps
      .filter((app) => !app.shared)
      .map((app) => createNamespace(`${name}-app-${app.name}-namespace`, { ...app, name: app.namespace })),
  ];
  return { made: { namespaces: new Map(namespaces.map((namespace) => [namespace.name, namespace])) } };

  function createNamespace(
    resource: string,
    { name: namespace, podSecurity, quota, egress }: Pick<NamespaceArgs, "name" | "podSecurity" | "quota" | "egress">,
    own?: Protection,
  ) {
    const inside = apps.filter((app) => app.namespace === namespace);
    const protection = namespaceProtection(inside, own);
    const args = { name: namespace, podSecurity, quota, egress, traffic: "apps", routerPeers, protection, keeper } as const;
    return new Namespace(resource, args, child);
  }
}
