import { z } from "zod";
import { acmeEmail, acmeServer, acmeSolver } from "./acme";
import { choice, text } from "../../config/fields";
import { objectName } from "../../config/values";

/** Who signs the platform's certificates. Which block belongs to which mode: checks/certificates.ts. */
export const certificates = z
  .object({
    mode: choice(["ownCa", "acme", "issuer", "secret", "selfSigned"], {
      ownCa: "an authority of the platform's own",
      acme: "Let's Encrypt or another ACME server, by DNS-01",
      issuer: "an existing cert-manager issuer",
      secret: "an existing TLS secret",
      selfSigned: "certificates that sign themselves",
    }).default("ownCa"),
    /** For ownCa; without it "Private CA of <domain>". */
    commonName: commonName().optional(),
    acme: z
      .object({
        email: acmeEmail(),
        server: acmeServer().default("production"),
        solver: acmeSolver(),
      })
      .optional(),
    issuer: z
      .object({
        name: objectName("the name of an existing issuer", "home-ca"),
        kind: choice(["ClusterIssuer", "Issuer"]).default("ClusterIssuer"),
        group: objectName("the API group of the issuer", "cert-manager.io").default("cert-manager.io"),
      })
      .optional(),
    secret: z.object({ name: objectName("the name of an existing kubernetes.io/tls secret", "homelab-tls") }).optional(),
  })
  .prefault({});

/** RFC 5280 bounds a common name to 64 characters. */
function commonName() {
  return text({
    allowed: "text of 1-64 characters",
    fix: { set: "Homelab CA" },
    problem: (name) => {
      if (name.trim() === "") return "is empty";
      if (/[\x00-\x1f\x7f]/.test(name)) return "has control characters";
      return [...name].length > 64 ? "is longer than the 64 characters a certificate allows" : undefined;
    },
  });
}
