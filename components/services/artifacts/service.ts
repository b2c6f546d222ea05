import { defineService } from "../service";
import { artifactsHavePlaces } from "./checks";
import type * as deployment from "./deploy";

export const artifacts = defineService({
  key: "artifacts",
  // As it was called before the spelling that the field has.
  formerKeys: ["artefacts"],
  checks: [artifactsHavePlaces],
  deploy: (platform) => (require("./deploy") as typeof deployment).deployArtifacts(platform),
});
