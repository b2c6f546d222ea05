import { LONGEST_DOMAIN, servedNames } from "./hosts";
import { clusterNamespaceProblem } from "../config/values";
import type { Check } from "../config/checks/check";
import { keyOf, repeated } from "../config/checks/repeated";

/* Names that have to differ from each other, or to fit where they go. */

/** Two services behind one name: Traefik would serve one of them, whichever route is older. */
export const distinctHosts: Check = (draft, broken) => {
  // A name that was set is at fault before one that follows from the domain.
  const names = servedNames(draft, broken).sort((one, other) => Number(one.given) - Number(other.given));
  return repeated(names.map(({ path, host }) => ({ path, name: host }))).map(({ path, first }) => ({
    path,
    cause: `is the same name as that of ${keyOf(first)}`,
    allowed: "a name that no other service has",
    fix: { remove: true },
  }));
};

/** The domain is right by itself, and a service's name below it is not. */
export const hostsFit: Check = (draft, broken) => {
  const tooLong = servedNames(draft, broken).some(({ host, given }) => !given && host.length > 253);
  if (!tooLong) return [];
  return [
    {
      path: ["domain"],
      cause: "is too long: with a service's name before it, it has more than 253 characters",
      allowed: `a domain of at most ${LONGEST_DOMAIN} characters`,
      fix: { say: "choose a shorter domain, or set each service's host" },
    },
  ];
};

/** Docker takes the first part of `registry/app` for an account on Docker Hub unless it has a dot or a port. */
export const registryHostHasDot: Check = (draft) => {
  const host = draft.registry?.host;
  if (host === undefined || host.includes(".")) return [];
  return [
    {
      path: ["registry", "host"],
      cause: "has no dot, so container tools take it for an account on Docker Hub",
      allowed: "a name of two parts or more",
      fix: draft.domain === undefined ? { remove: true } : { repair: `${host}.${draft.domain}` },
    },
  ];
};

/** An app's namespace has its name where it is not given; a chart's own name (kube-prometheus-stack) can be one of the cluster's. */
export const appNamespacesAreOwn: Check = (draft) =>
  (draft.apps ?? []).flatMap(({ name, namespace }, i) => {
    const cause = name === undefined || namespace !== undefined ? undefined : clusterNamespaceProblem(name);
    if (cause === undefined) return [];
    return [
      {
        path: ["apps", i, "name"],
        cause: `is the app's namespace too, which ${cause}`,
        allowed: "this name with a `namespace` of its own, or another name",
        fix: { set: `home-${name}`, key: ["apps", i, "namespace"] },
      },
    ];
  });

export const distinctUsers: Check = (draft) => {
  const names = [
    { path: ["registry", "username"], name: draft.registry?.username },
    ...(draft.registry?.users ?? []).map((user, i) => ({ path: ["registry", "users", i, "name"], name: user.name })),
  ];
  return repeated(names).map(({ path, first }) => ({
    path,
    cause: `is the same name as ${keyOf(first)}`,
    allowed: "a name that no other account has",
    fix: { say: "give one of the two another name, or remove it" },
  }));
};
