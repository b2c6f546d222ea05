import { z } from "zod";
import { choice, text } from "./fields";
import { bytes, objectName } from "./values";

/** A storage class has to be named: what "the default class" means is up to whoever set up the cluster last. */
const storageClass = () => objectName("the name of a storage class", "local-path");

export const protection = () =>
  choice(["none", "retain", "protect"], {
    none: "deleted with its resource",
    retain: "kept when its resource goes",
    protect: "its resource cannot be deleted",
  });

/** The name of what holds data. */
function dataName() {
  return text({
    allowed: "a namespace, or namespace/claim",
    fix: { set: "files/photos" },
    problem: (given) =>
      /^[a-z0-9.-]+(\/[a-z0-9.-]+)?$/.test(given) ? undefined : "is no name of a namespace, nor namespace/claim",
  });
}

/** What every volume has, unless it says otherwise. */
export const storage = z
  .object({
    class: storageClass().default("local-path"),
    protection: protection().default("retain"),
    allowDelete: z.array(dataName()).optional(),
  })
  .prefault({});

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
