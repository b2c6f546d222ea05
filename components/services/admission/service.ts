import { defineService } from "../service";
import type * as deployment from "./deploy";

export const admission = defineService({
  key: "admission",
  summary: "The policies in the API server too, so that kubectl cannot go round them",
  deploy: (platform) => (require("./deploy") as typeof deployment).deployAdmission(platform),
});
