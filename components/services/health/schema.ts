import { z } from "zod";
import { flag } from "../../config/fields";

export const health = z
  .object({
    afterUp: flag()
      .default(false)
      .describe("Ask the registry after every `pulumi up` whether it serves, from this machine, and fail if it does not."),
  })
  .prefault({})
  .describe("Checks of the running services.");
