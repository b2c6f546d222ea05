import type { CertificatesConfig } from "../../blocks/certificates";
import type { Checked } from "../sections";
import { ACME_SERVERS } from "./acme";

export function resolveCertificates({ certificates, domain }: Checked): CertificatesConfig {
  const { mode, acme, issuer, secret, commonName } = certificates;
  if (mode === "acme" && acme) return { mode, acme: { ...acme, server: ACME_SERVERS[acme.server] ?? acme.server } };
  if (mode === "issuer" && issuer) return { mode, issuer };
  if (mode === "secret" && secret) return { mode, secret };
  if (mode === "ownCa") return { mode, commonName: commonName ?? rootName(domain) };
  if (mode === "selfSigned") return { mode };
  throw new Error(`certificates.mode ${mode} without its block: a check is missing`);
}

/** RFC 5280 bounds a common name to 64 characters. */
function rootName(domain: string): string {
  const name = `Private CA of ${domain}`;
  return name.length <= 64 ? name : "Private CA";
}
