import type { Path } from "../config/finding";
import type { Draft } from "./sections";

/* The names that the platform serves. A service with a name of its own is a line in SERVICES. */

interface Service {
  /** The key that sets the name. */
  path: Path;
  /** First part of the name when the key is left out; the domain follows. */
  label: string;
  enabled: (draft: Draft) => boolean;
  given: (draft: Draft) => string | undefined;
}

const SERVICES: readonly Service[] = [
  {
    path: ["registry", "host"],
    label: "registry",
    enabled: (draft) => draft.registry?.enabled !== false,
    given: (draft) => draft.registry?.host,
  },
  {
    path: ["registry", "ui", "host"],
    label: "registry-ui",
    enabled: (draft) => draft.registry?.enabled !== false && draft.registry?.ui?.enabled !== false,
    given: (draft) => draft.registry?.ui?.host,
  },
  {
    path: ["localstack", "host"],
    label: "localstack",
    enabled: (draft) => draft.localstack?.enabled === true,
    given: (draft) => draft.localstack?.host,
  },
];

/** A DNS name has 253 characters at most. */
export const LONGEST_DOMAIN = 252 - Math.max(...SERVICES.map(({ label }) => label.length));

export interface ServedName {
  path: Path;
  host: string;
  /** Set by its key, not made from the domain. */
  given: boolean;
}

/** The name of a service whose key is left out. */
export function nameBelow(domain: string, label: string): string {
  return `${label}.${domain}`;
}

/** Of the apps that have a route; an app's name is its label. */
function appServices(draft: Draft): Service[] {
  return (draft.apps ?? []).flatMap((app, i): Service[] => {
    if (app.name === undefined || app.route === undefined) return [];
    return [{ path: ["apps", i, "route", "host"], label: app.name, enabled: () => true, given: () => app.route?.host }];
  });
}

/** The names of all services in use, as far as their keys are right. */
export function servedNames(draft: Draft, broken: (path: Path) => boolean): ServedName[] {
  return [...SERVICES, ...appServices(draft)]
    .filter((service) => service.enabled(draft) && !broken(service.path))
    .flatMap((service) => {
      const given = service.given(draft);
      const host = given ?? (draft.domain === undefined ? undefined : nameBelow(draft.domain, service.label));
      return host === undefined ? [] : [{ path: service.path, host, given: given !== undefined }];
    });
}
