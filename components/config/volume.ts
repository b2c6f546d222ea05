import { z } from "zod";
import { choice } from "./fields";
import type { StorageConfig, VolumeConfig } from "./types";
import { bytes, objectName } from "./values";

/** A storage class has to be named: what "the default class" means is up to whoever set up the cluster last. */
export const storageClass = () => objectName("the name of a storage class", "local-path");

/** Where a stack says nothing: what K3s brings, and nothing is lost with its resource. */
export const defaultStorage: StorageConfig = { class: "local-path", protection: "retain" };

export const protection = () =>
  choice(["none", "retain", "protect"], {
    none: "deleted",
    retain: "kept in the cluster, together with its namespace",
    protect: "refused until the protection is lifted",
  });

/**
 * One volume; class and protection are those of `storage` where they are left out.
 * @param kept what holds where its protection is left out, in words
 */
export function volume(size: string, kept = "that of homelab:storage") {
  return z
    .object({
      size: bytes(size).default(size).describe("How large it is."),
      class: storageClass().optional().meta({ description: "Its storage class.", defaultText: "that of homelab:storage" }),
      protection: protection()
        .optional()
        .meta({
          description: "What happens to it in the end, as under homelab:storage.",
          examples: ["retain"],
          defaultText: kept,
        }),
    })
    .prefault({})
    .describe("The volume that holds its data.");
}

export type GivenVolume = z.output<ReturnType<typeof volume>>;

/** With what is left out taken from `storage`. */
export function placedVolume({ size, class: own, protection: given }: GivenVolume, storage: StorageConfig): VolumeConfig {
  return { size, class: own ?? storage.class, protection: given ?? storage.protection };
}
