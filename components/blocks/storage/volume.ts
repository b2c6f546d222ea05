import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type { VolumeConfig } from "../../config/types";
import { childOf, protectionOptions, skipAwait, type Labels } from "../../builders";

export interface VolumeArgs extends VolumeConfig {
  /** Name of the claim. */
  claimName: string;
  namespace: string;
  labels: Labels;
  /**
   * ReadWriteOncePod: the cluster itself refuses a second pod. For one program that would destroy its data otherwise,
   * on a class that has the mode; an access mode cannot be changed later.
   */
  exclusive?: boolean;
  /** Connection for a claim that is retained (connectKeeper). */
  keeper?: k8s.Provider;
}

/**
 * A claim for one writer. Whoever mounts it deploys with `Recreate`: ReadWriteOnce is a promise per node, not per pod,
 * so two pods of a rolling update would write at once.
 */
export class Volume extends pulumi.ComponentResource {
  public readonly claimName: string;

  constructor(name: string, args: VolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:storage:Volume", name, {}, opts);
    this.claimName = args.claimName;

    new k8s.core.v1.PersistentVolumeClaim(
      name + "-claim",
      {
        metadata: {
          name: args.claimName,
          namespace: args.namespace,
          labels: args.labels,
          // A class that binds with its first pod (local-path) leaves the claim pending until then; the
          // Deployment's own wait proves that it was bound.
          annotations: skipAwait,
        },
        spec: {
          accessModes: [args.exclusive ? "ReadWriteOncePod" : "ReadWriteOnce"],
          // Always explicit: what a cluster calls its default can change under a claim.
          storageClassName: args.class,
          resources: { requests: { storage: args.size } },
        },
      },
      {
        ...childOf(this, opts),
        ...protectionOptions(args.protection, args.keeper),
      },
    );

    this.registerOutputs({ claimName: this.claimName });
  }
}
