import type { Probe } from "../../blocks/health";

/** Behind a sign-in is served too; Traefik answers 404 for what has no route and 502 or 503 for what has no pod. */
const SERVED = [200, 201, 202, 203, 204, 301, 302, 303, 307, 308, 401, 403];

/** The addresses by which each app says that it serves. */
export function appProbes({ apps }: Record<string, unknown>): Probe[] {
  return Object.entries((apps ?? {}) as Record<string, { namespace: string; health?: string[] }>).flatMap(
    ([name, { namespace, health = [] }]) =>
      health.map((url) => ({ name, url, expect: SERVED, remedy: `kubectl get pods -n ${namespace}` })),
  );
}
