import { defineService } from "../service";
import type * as deployment from "./deploy";

export const admission = defineService({
  key: "admission",
  deploy: (platform) => (require("./deploy") as typeof deployment).deployAdmission(platform),
});
