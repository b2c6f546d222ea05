import { nameBelow } from "../config/names";
import type { Path } from "../config/finding";
import { services } from ".";
import type { ServedName } from "./host";
import type { Reference } from "./reference";
import type { PlatformConfig } from "./resolve";
import type { Facts, Given, OwnNamespace } from "./service";

/* What all definitions together say of a configuration. Pure. */

export function factsOf(config: PlatformConfig): Facts {
  const hosts = servedNames(config);
  return {
    hosts,
    namespaces: unique(takenNamespaces(config).flatMap(({ name, existing }) => (existing ? [] : (name ?? [])))),
    volumes: services.flatMap((service) => service.volumes?.(config) ?? []),
    routed: unique(hosts.flatMap(({ namespace }) => namespace ?? [])),
  };
}

/**
 * What a stack refers to and does not make.
 * @param kubectl kubectl with what it needs to reach the cluster, for remedies
 */
export function referencesOf(config: PlatformConfig, kubectl: string): Reference[] {
  const facts = factsOf(config);
  return services.flatMap((service) => service.references?.(config, facts, kubectl) ?? []);
}

/** Stack outputs that follow from the configuration alone; what a stack does not have is absent. */
export function configuredOutputs(config: PlatformConfig): Record<string, unknown> {
  const outputs = services.flatMap((service) => Object.entries(service.outputs?.(config) ?? {}));
  return Object.fromEntries(outputs.filter(([, value]) => value !== undefined));
}

/** Namespaces that nobody else may take, in the order of the services. */
export function takenNamespaces(given: Given): OwnNamespace[] {
  return services.flatMap((service) => service.namespaces?.(given) ?? []);
}

/** The names of all services in use, as far as their keys are right. */
export function servedNames(given: Given, broken: (path: Path) => boolean = () => false): ServedName[] {
  return services
    .flatMap((service) => service.hosts?.(given) ?? [])
    .filter(({ path }) => !broken(path))
    .flatMap(({ given: own, ...host }) => {
      const name = own ?? (given.domain === undefined ? undefined : nameBelow(given.domain, host.label));
      return name === undefined ? [] : [{ ...host, host: name, given: own !== undefined }];
    });
}

function unique<T>(list: readonly T[]): T[] {
  return [...new Set(list)];
}
