import { nameBelow } from "../../config/names";
import { keepSecret } from "../../config/secret";
import { placedVolume } from "../../config/volume";
import type { Checked } from "../sections";

/** With every default filled in, passwords as secrets. */
export type RegistryConfig = ReturnType<typeof resolveRegistry>;

export type RegistryUiConfig = RegistryConfig["ui"];

export function resolveRegistry({ registry, storage, domain }: Checked) {
  return {
    ...registry,
    host: registry.host ?? nameBelow(domain, "registry"),
    users: registry.users.map(({ name, password }) => ({ name, password: keepSecret(password) })),
    storage: placedVolume(registry.storage, storage),
    ui: { ...registry.ui, host: registry.ui.host ?? nameBelow(domain, "registry-ui") },
  };
}
