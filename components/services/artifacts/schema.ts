import { z } from "zod";
import { text } from "../../config/fields";
import { imageReference } from "../../config/values";

const artifact = z.object({
  name: imageReference("agents/plan:v1").describe("Its name and tag in the registry, without the registry's host."),
  file: text({
    allowed: "the path of a file, seen from the project's folder",
    fix: { set: "./agents/plan.json" },
    problem: (given) => (given.trim() === "" || /[\x00-\x1f\x7f]/.test(given) ? "is no path" : undefined),
  }).describe("The file."),
  mediaType: text({
    allowed: "a media type, such as application/json",
    fix: { set: "application/json" },
    problem: (given) =>
      /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/i.test(given) ? undefined : "is no media type",
  })
    .default("application/json")
    .describe("What it is said to be."),
});

export const artifacts = z
  .array(artifact)
  .default([])
  .describe(
    "Files that the registry keeps beside images, under names of their own, such as agent cards. They are pushed after the registry is " +
      "up, again only when their content is another one, and pulled back to compare.",
  );
