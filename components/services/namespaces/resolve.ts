import type { Checked } from "../sections";

/** A pull secret where there is something to pull from. */
export function resolveNamespaces({ namespaces, registry }: Checked) {
  return namespaces.map((namespace) => ({ ...namespace, pullSecret: namespace.pullSecret ?? registry.enabled }));
}
