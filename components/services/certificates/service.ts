import { defineService } from "../service";
import { acmeNames, blockFitsMode } from "./checks";
import type * as deployment from "./deploy";
import { certificateReferences } from "./references";

export const certificates = defineService({
  key: "certificates",
  checks: [blockFitsMode, acmeNames],
  // Nobody can verify such a certificate: whoever asks a service has to know.
  outputs: ({ certificates: { mode } }) => (mode === "selfSigned" ? { selfSigned: true } : {}),
  references: certificateReferences,
  deploy: (platform) => (require("./deploy") as typeof deployment).deployCertificates(platform),
});
