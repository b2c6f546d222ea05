import * as pulumi from "@pulumi/pulumi";
import type * as k8s from "@pulumi/kubernetes";
import type { Issuer } from "../../blocks/certificates";
import type { Namespace } from "../../blocks/namespace";
import { defaultRouter, defaultTraefikNamespace, type Router } from "../../blocks/routing";
import { routerPeers, type Peer } from "../../builders";
import type { ResourcesConfig, VolumeConfig } from "../../config/types";
import { defaultStorage } from "../../config/volume";
import { registry as schema } from "./schema";

/** What is left out is as in the configuration (`homelab:registry`, `homelab:storage`), but for the web page, which needs a name. */
export interface RegistryArgs {
  /** Its name, below which clients find images. */
  host: string;
  issuer: Issuer;
  namespace?: string;
  image?: string;
  /** The account whose password is generated. */
  username?: string;
  /** Accounts with passwords of their owners' choice, 8 characters to 72 bytes. */
  users?: { name: string; password: pulumi.Input<string> }[];
  /** Of those passwords' hashes, 4-12. */
  bcryptCost?: number;
  storage?: Partial<VolumeConfig>;
  resources?: ResourcesConfig;
  /** Whether clients may delete. */
  allowDelete?: boolean;
  /** On a port of their own, with Go's profiler beside them. */
  metrics?: boolean;
  gate?: { image: string };
  /** A web page that lists what is there. */
  ui?: { host: string; enabled?: boolean; image?: string; allowDelete?: boolean; resources?: ResourcesConfig };
  /** The cluster's Traefik. */
  router?: Partial<Router>;
  /** Where Traefik's requests come from (routerPeers). */
  routerPeers?: Peer[];
  /** Namespaces whose pods pull from here. */
  pullNamespaces?: Namespace[];
  /** Connection for what is retained (connectKeeper). */
  keeper?: k8s.Provider;
}

/** With everything that was left out. */
export function completeArgs(args: RegistryArgs) {
  const { users: _users, ui: page, storage: volume, ...settings } = schema.parse({});
  return {
    ...withDefaults({ ...settings, routerPeers: routerPeers(defaultTraefikNamespace), pullNamespaces: [] }, args),
    users: (args.users ?? []).map(({ name, password }) => ({ name, password: pulumi.secret(password) })),
    storage: withDefaults({ size: volume.size, ...defaultStorage }, args.storage),
    ui: withDefaults({ ...page, enabled: args.ui !== undefined, host: "" }, args.ui),
    router: withDefaults(defaultRouter, args.router),
  };
}

/** A member that is undefined counts as left out. */
function withDefaults<Defaults extends object, Given extends object>(
  defaults: Defaults,
  given?: Given,
): Complete<Defaults, Given> {
  const said = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(said) } as Complete<Defaults, Given>;
}

type Complete<Defaults, Given> = Omit<Defaults, keyof Given> & {
  [Key in keyof Given & keyof Defaults]-?: NonNullable<Given[Key]>;
} & Omit<Given, keyof Defaults>;
