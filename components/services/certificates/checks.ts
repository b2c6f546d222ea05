import { ACME_SERVERS } from "./acme";
import type { FindingAt, Path } from "../../config/finding";
import { httpsHost, uncertifiable } from "../../config/names";
import type { Check } from "../check";

/** Which mode each block belongs to, and what it cannot do without. */
const BLOCKS: { block: "commonName" | "acme" | "issuer" | "secret"; mode: string; required: Required[] }[] = [
  { block: "commonName", mode: "ownCa", required: [] },
  {
    block: "acme",
    mode: "acme",
    required: [
      {
        key: "email",
        allowed: "an e-mail address that reads the authority's warnings",
        fix: { say: "set it to an address of yours" },
      },
      {
        key: "solver",
        allowed: "a cert-manager solver with dns01",
        fix: {
          say: "for example solver: { dns01: { cloudflare: { apiTokenSecretRef: { name: cloudflare, key: token } } } }",
        },
      },
    ],
  },
  {
    block: "issuer",
    mode: "issuer",
    required: [
      {
        key: "name",
        allowed: "the name of an existing issuer",
        fix: [{ run: "kubectl get clusterissuers" }, { set: "<issuer>" }],
      },
    ],
  },
  {
    block: "secret",
    mode: "secret",
    required: [
      {
        key: "name",
        allowed: "the name of an existing kubernetes.io/tls secret",
        fix: [{ run: "kubectl get secrets --all-namespaces --field-selector type=kubernetes.io/tls" }, { set: "<secret>" }],
      },
    ],
  },
];

interface Required {
  key: string;
  allowed: string;
  fix: FindingAt["fix"];
}

/** A block without its mode has no effect, and its author expects one. */
export const blockFitsMode: Check = (draft) => {
  const mode = draft.certificates?.mode;
  if (mode === undefined) return [];
  return BLOCKS.flatMap((entry): FindingAt[] => {
    const path: Path = ["certificates", entry.block];
    const given = draft.certificates?.[entry.block] !== undefined;
    if (given && entry.mode !== mode) {
      const cause = `belongs to mode ${entry.mode}, and the mode is ${mode}`;
      return [{ path, cause, allowed: `only with certificates.mode ${entry.mode}`, fix: { remove: true }, private: true }];
    }
    if (given || entry.mode !== mode) return [];
    return entry.required.map(({ key, allowed, fix }) => {
      return { path: [...path, key], cause: `is missing: mode ${mode} needs it`, allowed, fix };
    });
  });
};

/**
 * A public authority certifies public names only (Let's Encrypt: the name has to end in a public suffix). An ACME
 * server whose own name is private is a private authority, and may certify what it likes.
 */
export const acmeNames: Check = (draft, broken, hosts) => {
  if (draft.certificates?.mode !== "acme" || broken(["certificates", "acme", "server"])) return [];
  const server = draft.certificates.acme?.server ?? "production";
  const authority = httpsHost(ACME_SERVERS[server] ?? server);
  if (authority !== undefined && uncertifiable(authority)) return [];
  const names: { path: Path; host: string }[] = hosts.filter((host) => host.given);
  if (draft.domain !== undefined) names.unshift({ path: ["domain"], host: draft.domain });
  return names.flatMap(({ path, host }) => {
    const reason = uncertifiable(host);
    return reason === undefined ? [] : [uncertifiableName(path, reason)];
  });
};

function uncertifiableName(path: Path, reason: string): FindingAt {
  return {
    path,
    cause: `${reason}: no public authority can certify it`,
    allowed: "with mode acme, a name below a domain that you own",
    fix: [
      { set: "ownCa", key: ["certificates", "mode"] },
      { remove: true, key: ["certificates", "acme"] },
    ],
  };
}
