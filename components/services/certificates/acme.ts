import { field, isMap, type Reading, text } from "../../config/fields";
import { httpsHost } from "../../config/names";
import { nearest } from "../../config/nearest";
import { emailProblem } from "../../config/network";
import type { AcmeSolver } from "../../blocks/certificates";

/* The fields of an ACME account. Only DNS-01 works at home: the internet does not reach the cluster. */

export const ACME_SERVERS: Record<string, string> = {
  production: "https://acme-v02.api.letsencrypt.org/directory",
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
};

/** What cert-manager 1.x offers for DNS-01 (acme.cert-manager.io, ACMEChallengeSolverDNS01). */
const PROVIDERS = [
  "acmeDNS",
  "akamai",
  "azureDNS",
  "cloudDNS",
  "cloudflare",
  "digitalocean",
  "rfc2136",
  "route53",
  "webhook",
] as const;

export function acmeEmail() {
  return text({
    allowed: "an e-mail address that reads the authority's warnings",
    fix: { say: "set it to an address of yours" },
    problem: emailProblem,
  }).meta({ examples: ["you@example.org"] });
}

export function acmeServer() {
  return text({
    allowed: "production or staging (Let's Encrypt), or the https URL of another ACME directory",
    fix: { set: "production" },
    problem: (server) => {
      if (Object.hasOwn(ACME_SERVERS, server)) return undefined;
      if (server.startsWith("http://")) return "is not encrypted: ACME needs https";
      return httpsHost(server) === undefined ? "is neither production nor staging nor an https URL" : undefined;
    },
    repair: (server) => nearest(server, Object.keys(ACME_SERVERS)),
  });
}

export function acmeSolver() {
  const allowed = `a cert-manager solver, { dns01: { <provider>: {...} } }, with one provider of ${PROVIDERS.join(", ")}`;
  const example = { dns01: { cloudflare: { apiTokenSecretRef: { name: "cloudflare", key: "token" } } } };
  const fix = {
    say: "for example solver: { dns01: { cloudflare: { apiTokenSecretRef: { name: cloudflare, key: token } } } }",
  };
  return field<AcmeSolver>(allowed, fix, readSolver, { type: "object" }).meta({ examples: [example] });
}

function readSolver(raw: unknown): Reading<AcmeSolver> {
  if (!isMap(raw)) return { cause: "is not a map" };
  if ("http01" in raw) {
    return { cause: "uses http01, for which the internet would have to reach this cluster; only dns01 works at home" };
  }
  const { dns01, selector, ...rest } = raw;
  const bare = PROVIDERS.find((provider) => Object.hasOwn(raw, provider));
  if (bare) return { cause: `has ${bare} beside dns01`, fix: { say: `move ${bare} under solver.dns01` } };
  if (Object.keys(rest).length > 0) return { cause: "has keys other than dns01 and selector" };
  if (!isMap(dns01)) return { cause: "has no dns01" };
  if (selector !== undefined && !isMap(selector)) return { cause: "has a selector that is not a map" };
  const { cnameStrategy: _, ...providers } = dns01;
  const [name, ...others] = Object.keys(providers);
  if (name === undefined) return { cause: "names no provider under dns01" };
  if (others.length > 0) return { cause: "names more than one provider under dns01" };
  if (!PROVIDERS.some((provider) => provider === name)) {
    const near = nearest(name, PROVIDERS);
    const fix = near && { say: `rename the provider under solver.dns01 to ${near}` };
    return { cause: "names a provider that cert-manager does not know", ...(fix && { fix }) };
  }
  if (!isMap(providers[name])) return { cause: "has a provider without settings" };
  return { value: selector === undefined ? { dns01 } : { dns01, selector } };
}
