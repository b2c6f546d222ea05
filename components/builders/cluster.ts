import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Protection } from "../config/types";

export interface ClusterArgs {
  /** Kubeconfig context. */
  context: string;
  /** Path of the kubeconfig; absent: as kubectl finds it. */
  kubeconfig?: string;
}

/**
 * The connection to a stack's cluster, explicit so that nothing is ever sent to whatever context happens to be current.
 *
 * Secrets and ConfigMaps change in place instead of being replaced. With the provider's default, a new password would
 * either rename the Secret and restart who reads it, or delete it before making it anew; this way a running pod sees the
 * new file. What has to restart on a change carries a checksum instead (`contentChecksum`).
 *
 * What the program declares is the program's: a field that `kubectl scale` or `kubectl edit` has taken over comes back with the next
 * change, where the provider would otherwise refuse it and everything after it.
 */
export function connectCluster(name: string, args: ClusterArgs, opts: pulumi.ResourceOptions): k8s.Provider {
  return new k8s.Provider(
    name,
    { ...args, enableSecretMutable: true, enableConfigMapMutable: true, enablePatchForce: true },
    opts,
  );
}

/**
 * A second connection, for what outlives its stack. `pulumi destroy` leaves such an object in the cluster, and the `up`
 * after it has to take it over instead of failing because it exists already. For all other objects that would be
 * dangerous: a resource renamed without an alias is created, which would take the object over, and then deleted.
 */
export function connectKeeper(name: string, args: ClusterArgs, opts: pulumi.ResourceOptions): k8s.Provider {
  return new k8s.Provider(
    name,
    {
      ...args,
      upsertExistingObjects: true,
      // The stack before this one wrote its fields under another name.
      enablePatchForce: true,
    },
    opts,
  );
}

/**
 * Resource options of an object with a protection level. What is protected is retained too: the engine looks at the options of the
 * deployment before, so a protection that is lifted together with another change would not hold.
 */
export function protectionOptions(protection: Protection, keeper?: k8s.Provider) {
  return {
    protect: protection === "protect",
    retainOnDelete: protection !== "none",
    ...(protection !== "none" && keeper !== undefined ? { provider: keeper } : {}),
  };
}

/**
 * Lifts the protection of what is named, `namespace/name` or a namespace with all that is in it. The engine looks at the options of
 * the deployment before, so this deployment deletes nothing yet.
 */
export function allowDelete(names: readonly string[] = []): pulumi.ResourceTransform[] {
  if (names.length === 0) return [];
  return [
    ({ custom, props, opts }) => {
      const { name, namespace } = (props as { metadata?: { name?: unknown; namespace?: unknown } }).metadata ?? {};
      const qualified = typeof namespace === "string" && typeof name === "string" ? `${namespace}/${name}` : undefined;
      if (!custom || ![namespace ?? name, qualified].some((one) => typeof one === "string" && names.includes(one))) {
        return undefined;
      }
      return { props, opts: { ...opts, protect: false, retainOnDelete: false } };
    },
  ];
}
