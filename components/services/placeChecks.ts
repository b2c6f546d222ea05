import { keyOf, repeated } from "../config/repeated";
import type { Check } from "./check";
import { takenNamespaces } from "./facts";

/* What all services together have to keep apart. */

/** Two services behind one name: Traefik would serve one of them, whichever route is older. */
const distinctHosts: Check = (_draft, _broken, served) => {
  // A name that was set is at fault before one that follows from the domain.
  const names = [...served].sort((one, other) => Number(one.given) - Number(other.given));
  return repeated(names.map(({ path, host }) => ({ path, name: host }))).map(({ path, first }) => ({
    path,
    cause: `is the same name as that of ${keyOf(first)}`,
    allowed: "a name that no other service has",
    fix: { remove: true },
  }));
};

/** The domain is right by itself, and a service's name below it is not: a DNS name has 253 characters at most. */
const hostsFit: Check = (_draft, _broken, served) => {
  const derived = served.filter(({ given }) => !given);
  if (!derived.some(({ host }) => host.length > 253)) return [];
  const longest = 252 - Math.max(...derived.map(({ label }) => label.length));
  return [
    {
      path: ["domain"],
      cause: "is too long: with a service's name before it, it has more than 253 characters",
      allowed: `a domain of at most ${longest} characters`,
      fix: { say: "choose a shorter domain, or set each service's host" },
    },
  ];
};

const distinctNamespaces: Check = (draft) => {
  // Services' own first: who declares one, or an app, is to choose another.
  const taken = takenNamespaces(draft).sort((one, other) => one.path.length - other.path.length);
  return repeated(taken).map(({ path, first }) => {
    const at = (place: typeof path) => taken.find((one) => one.path === place)!;
    const { allowed = "a namespace of its own", remedy } = at(path);
    return {
      path,
      cause: `is the same namespace as ${keyOf(first)}`,
      allowed,
      fix: { say: remedy?.(at(first)) ?? "give one of the two another name" },
    };
  });
};

export const placeChecks: readonly Check[] = [distinctHosts, hostsFit, distinctNamespaces];
