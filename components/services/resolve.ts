import { resolveApps } from "./apps/resolve";
import { resolveCertificates } from "./certificates/resolve";
import { resolveLocalstack } from "./localstack/resolve";
import { resolveNamespaces } from "./namespaces/resolve";
import { resolvePage } from "./page/resolve";
import { resolveRegistry } from "./registry/resolve";
import type { Checked } from "./sections";

/** Sections with defaults that follow from others, or with secrets. */
const resolvers = {
  certificates: resolveCertificates,
  namespaces: resolveNamespaces,
  registry: resolveRegistry,
  localstack: resolveLocalstack,
  apps: resolveApps,
  page: resolvePage,
};

type Resolvers = typeof resolvers;

/** The configuration of a stack: read, checked and with every default filled in. */
export type PlatformConfig = Omit<Checked, keyof Resolvers> & { [Key in keyof Resolvers]: ReturnType<Resolvers[Key]> };

/** @param home replaces `~` */
export function resolve(checked: Checked, home: string): PlatformConfig {
  const resolved = Object.entries(resolvers).map(([key, resolver]) => [key, resolver(checked)]);
  const kubeconfig = checked.kubeconfig?.replace(/^~(?=\/|$)/, () => home);
  return { ...checked, ...(Object.fromEntries(resolved) as Pick<PlatformConfig, keyof Resolvers>), kubeconfig };
}
