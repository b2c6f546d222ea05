import { z } from "zod";
import { text } from "../../config/fields";
import { protection, storageClass } from "../../config/volume";

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
