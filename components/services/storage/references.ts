import type { Reference } from "../reference";
import type { PlatformConfig } from "../resolve";
import type { Facts } from "../service";

/** The classes of all volumes. */
export function storageReferences(_config: PlatformConfig, { volumes }: Facts, kubectl: string): Reference[] {
  const classes = [...new Set(volumes.map(({ storage }) => storage.class))];
  return classes.map((name) => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    name,
    key: [...new Set(volumes.filter(({ storage }) => storage.class === name).map(({ key }) => `${key}.class`))].join(", "),
    remedy: `no volume is made without it: ${kubectl} get storageclasses lists those that there are; set homelab:storage.class to one of them`,
  }));
}
