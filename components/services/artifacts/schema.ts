import { z } from "zod";
import { text } from "../../config/fields";
import { imageReference } from "../../config/values";

/* Files that the registry keeps beside images: agent cards, workflows, whatever a client pulls by name. */

const artifact = z.object({
  /** Name and tag in the platform's registry, without its host. */
  name: imageReference("agents/plan:v1"),
  file: text({
    allowed: "the path of a file, seen from the project's folder",
    fix: { set: "./agents/plan.json" },
    problem: (given) => (given.trim() === "" || /[\x00-\x1f\x7f]/.test(given) ? "is no path" : undefined),
  }),
  mediaType: text({
    allowed: "a media type, such as application/json",
    fix: { set: "application/json" },
    problem: (given) =>
      /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/i.test(given) ? undefined : "is no media type",
  }).default("application/json"),
});

export const artifacts = z.array(artifact).default([]);
