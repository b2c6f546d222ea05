import { z } from "zod";
import { acmeEmail, acmeServer, acmeSolver } from "./acme";
import { choice, text } from "../../config/fields";
import { DEFAULT_DOMAIN } from "../../config/names";
import { objectName } from "../../config/values";

export const certificates = z
  .object({
    mode: choice(["ownCa", "acme", "issuer", "secret", "selfSigned"], {
      ownCa: "an authority of the platform's own, made by cert-manager; your devices are told once to trust it",
      acme: "Let's Encrypt or another ACME server, by DNS-01, for a domain that is yours",
      issuer: "an issuer your cert-manager already has",
      secret: "a TLS secret you look after yourself",
      selfSigned: "certificates that sign themselves, for a quick try; every client has to look away",
    })
      .default("ownCa")
      .describe("Who signs them."),
    commonName: commonName()
      .optional()
      .meta({
        description: "Subject of the authority's certificate, with mode ownCa.",
        examples: [`Private CA of ${DEFAULT_DOMAIN}`],
        defaultText: '"Private CA of " and the domain',
      }),
    acme: z
      .object({
        email: acmeEmail().describe("Who reads the authority's warnings."),
        server: acmeServer().default("production").describe("Production or staging of Let's Encrypt, or another directory."),
        solver: acmeSolver().describe("How cert-manager sets a record of the domain."),
      })
      .optional()
      .describe("With mode acme: the account."),
    issuer: z
      .object({
        name: objectName("the name of an existing issuer", "home-ca").describe("Its name."),
        kind: choice(["ClusterIssuer", "Issuer"])
          .default("ClusterIssuer")
          .describe("Its kind; an Issuer has to be in every namespace that has a route."),
        group: objectName("the API group of the issuer", "cert-manager.io")
          .default("cert-manager.io")
          .describe("Its API group; another one for an issuer that is not cert-manager's own."),
      })
      .optional()
      .describe("With mode issuer: the issuer."),
    secret: z
      .object({
        name: objectName("the name of an existing kubernetes.io/tls secret", "homelab-tls").describe("Its name."),
      })
      .optional()
      .describe("With mode secret: the secret. It has to be in every namespace that has a route."),
  })
  .prefault({})
  .describe("The certificates of all names.");

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
