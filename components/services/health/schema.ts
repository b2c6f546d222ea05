import { z } from "zod";
import { flag } from "../../config/fields";

/** Checks of the running services. */
export const health = z
  .object({
    /** After every `pulumi up`, through @pulumi/command. */
    afterUp: flag().default(false),
  })
  .prefault({});
