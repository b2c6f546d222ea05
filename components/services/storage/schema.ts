import { z } from "zod";
import { text } from "../../config/fields";
import { defaultStorage, protection, storageClass } from "../../config/volume";

/** The name of what holds data. */
function dataName() {
  return text({
    allowed: "a namespace, or namespace/claim",
    fix: { set: "files/photos" },
    problem: (given) =>
      /^[a-z0-9.-]+(\/[a-z0-9.-]+)?$/.test(given) ? undefined : "is no name of a namespace, nor namespace/claim",
  });
}

export const storage = z
  .object({
    class: storageClass().default(defaultStorage.class).describe("The storage class."),
    protection: protection()
      .default(defaultStorage.protection)
      .describe("What happens to the data when what it belongs to is removed or destroyed."),
    allowDelete: z
      .array(dataName())
      .optional()
      .meta({
        description:
          "For a bare `pulumi up`: what may be deleted all the same. Deploy once with it, then make the change. For `npm start` there is " +
          "--allow-delete.",
      }),
  })
  .prefault({})
  .describe("What every volume has, unless it says otherwise.");
