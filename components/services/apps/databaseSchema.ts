import { z } from "zod";
import { images } from "../../../kubernetes/images";
import { choice, count, flag, integer, text } from "../../config/fields";
import { volume } from "../../config/volume";
import { imageReference, objectName } from "../../config/values";
import { workload } from "./workloadField";

/* The database of an app, and its copies. */

function databasePath() {
  return text({
    allowed: "the path of a database in its container, from / on; with a / at its end, a folder of databases",
    fix: { set: "/app/data/lumina.db" },
    problem: (given) => {
      if (!given.startsWith("/") || given === "/") return "is not a path from / on";
      if (/(^|\/)\.\.?(\/|$)|\/\//.test(given)) return "goes by a detour";
      return /[\x00-\x1f\x7f|]/.test(given) ? "has characters that are not supported in such a path" : undefined;
    },
  });
}

export const OUTLIVING = "that of homelab:storage, and retain where that says none";

const backup = z
  .object({
    every: count("hours", 1, 168, 24).describe("How often."),
    keep: count("copies", 1, 1000, 7).default(7).describe("How many are kept."),
    storage: volume("1Gi", OUTLIVING).describe("The volume that holds the copies."),
    image: imageReference(images.sqlite)
      .default(images.sqlite)
      .describe("Has a shell and sqlite3. With fromPlatform it comes from this registry too."),
  })
  .optional()
  .describe("Copies, taken beside the program and checked before they count.");

export const database = z
  .object({
    kind: choice(["sqlite"]).describe("What it is."),
    workload: workload("The one of the chart's workloads that writes it."),
    file: databasePath()
      .optional()
      .describe("Its path in the container; one that ends with / is a folder, and every database in it."),
    files: z
      .array(databasePath())
      .optional()
      .meta({ description: "Several, instead of `file`.", examples: [["/app/data/lumina.db", "/app/data/users/"]] }),
    user: integer(0, 2 ** 31 - 1, 1000, "a numeric user")
      .optional()
      .meta({
        description: "User to whom the files belong, where neither the chart nor its image says it.",
        defaultText: "what they say",
      }),
    claim: objectName("the name of a claim, which the platform makes", "lumina-data").describe("The claim that holds it."),
    storage: volume("1Gi", OUTLIVING),
    exclusive: flag()
      .default(true)
      .describe("ReadWriteOncePod: the cluster itself refuses a second pod. false for a class that has only ReadWriteOnce."),
    backup,
  })
  .optional()
  .describe("One writer: one replica, never two at a time, and a claim of its own that outlives the app and is backed up.");
