import type { Reference } from "../reference";
import type { PlatformConfig } from "../resolve";
import type { Facts } from "../service";
import type { AppConfig } from "./types";

/** Secrets that somebody else makes, and what is asked before an app is. */
export function appReferences({ apps }: PlatformConfig, _facts: Facts, kubectl: string): Reference[] {
  return apps.flatMap((app, i) => {
    const key = `homelab:apps[${i}]`;
    return [...madeElsewhere(app, key, kubectl), ...askedFirst(app, key, kubectl)];
  });
}

/** Secrets that the app's block says somebody else makes. */
function madeElsewhere({ namespace, secrets, readyWithin }: AppConfig, key: string, kubectl: string): Reference[] {
  return secrets.flatMap(({ name, madeBy, keys }, i): Reference[] => {
    if (madeBy === undefined) return [];
    return [
      {
        apiVersion: "v1",
        kind: "Secret",
        namespace,
        name,
        key: `${key}.secrets[${i}]`,
        holds: keys.map((one) => one.key),
        otherwise: `${madeBy} makes it, and a deployment waits ${readyWithin} s for the pods that read it`,
        remedy: `${kubectl} get secret ${name} -n ${namespace}`,
      },
    ];
  });
}

function askedFirst({ route }: AppConfig, key: string, kubectl: string): Reference[] {
  return (route?.middlewares ?? []).flatMap(({ forwardAuth }, i): Reference[] => {
    const [, name, namespace] = /^https?:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:[.:/]|$)/.exec(forwardAuth?.address ?? "") ?? [];
    if (name === undefined || namespace === undefined) return [];
    return [
      {
        apiVersion: "v1",
        kind: "Service",
        namespace,
        name,
        key: `${key}.route.middlewares[${i}].forwardAuth.address`,
        otherwise: "Traefik asks it before every request of the route, and answers 500 where it is not there",
        remedy: `${kubectl} get services -n ${namespace}`,
      },
    ];
  });
}
