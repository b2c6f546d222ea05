import { z } from "zod";
import { choice } from "./fields";
import type { StorageConfig, VolumeConfig } from "./types";
import { bytes, objectName } from "./values";

/** A storage class has to be named: what "the default class" means is up to whoever set up the cluster last. */
export const storageClass = () => objectName("the name of a storage class", "local-path");

export const protection = () =>
  choice(["none", "retain", "protect"], {
    none: "deleted with its resource",
    retain: "kept when its resource goes",
    protect: "its resource cannot be deleted",
  });

/** One volume; class and protection are those of `storage` where they are left out. */
export function volume(size: string) {
  return z
    .object({
      size: bytes(size).default(size),
      class: storageClass().optional(),
      protection: protection().optional(),
    })
    .prefault({});
}

export type GivenVolume = z.output<ReturnType<typeof volume>>;

/** With what is left out taken from `storage`. */
export function placedVolume({ size, class: own, protection: given }: GivenVolume, storage: StorageConfig): VolumeConfig {
  return { size, class: own ?? storage.class, protection: given ?? storage.protection };
}
