import type * as pulumi from "@pulumi/pulumi";

/** What a route needs to know of the cluster's Traefik. */
export interface Router {
  /** Traefik's HTTPS entry point. */
  entryPoint: string;
  /** Traefik's HTTP entry point; only redirects live there. */
  plainEntryPoint: string;
  /** Port that clients use in URLs; 443 is left out of URLs. */
  port: number;
  /** CIDR ranges that may use any route; empty: no allow-list. */
  allowedRanges: string[];
  /** Strict-Transport-Security, for a year. */
  hsts: boolean;
}

/** Exactly one of the keys. */
export interface RouteMiddleware {
  /** `secret`: a Secret of the route's namespace with one key, lines of htpasswd. */
  basicAuth?: { secret: string };
  forwardAuth?: { address: string; authResponseHeaders: string[]; trustForwardHeader: boolean };
  /** Requests within `period` (`1s`, `1m`). */
  rateLimit?: { average: number; burst: number; period: string };
  ipAllowList?: { ranges: string[] };
}

/** That of K3s, as it comes. */
export const defaultRouter: Router = {
  entryPoint: "websecure",
  plainEntryPoint: "web",
  port: 443,
  allowedRanges: [],
  hsts: true,
};

/** The namespace in which K3s runs its Traefik. */
export const defaultTraefikNamespace = "kube-system";

export interface ServiceTarget {
  name: string;
  port: number;
}

/** Requests whose path begins with `path` (`/api` is not the beginning of `/apiary`) go to another service. */
export interface PathTarget {
  path: string;
  service: ServiceTarget;
}

/** Traefik's CRDs. `traefik.containo.us` is gone since version 3. */
export const traefikApi = "traefik.io/v1alpha1";

/** One year, as browsers' preload lists ask for; sub-domains are not ours to decide for. */
const hstsSeconds = 31536000;

export function httpsRouteSpec(args: {
  host: string;
  router: Router;
  service: ServiceTarget;
  middlewares: string[];
  secretName: string;
  /** Beginnings of paths that go elsewhere. */
  paths?: PathTarget[];
}) {
  return {
    // Without entry points a route is served on all of them, plain HTTP included.
    entryPoints: [args.router.entryPoint],
    // Of the rules that fit, Traefik takes the longest.
    routes: [...(args.paths ?? []).map(({ path, service }) => rule(pathRule(path), service)), rule("", args.service)],
    // Without a secret Traefik would serve a certificate of its own making.
    tls: { secretName: args.secretName },
  };

  function rule(condition: string, service: ServiceTarget) {
    return {
      kind: "Rule",
      match: hostRule(args.host) + (condition === "" ? "" : ` && ${condition}`),
      services: [{ name: service.name, port: service.port }],
      middlewares: args.middlewares.map((name) => ({ name })),
    };
  }
}

/** Traefik ends TLS and passes on what comes through it, unread. */
export function tlsRouteSpec(args: {
  host: string;
  router: Router;
  service: ServiceTarget;
  middlewares: string[];
  secretName: string;
  options: string;
}) {
  return {
    entryPoints: [args.router.entryPoint],
    routes: [
      {
        match: `HostSNI(\`${args.host}\`)`,
        services: [{ name: args.service.name, port: args.service.port }],
        middlewares: args.middlewares.map((name) => ({ name })),
      },
    ],
    tls: { secretName: args.secretName, options: { name: args.options } },
  };
}

/** Clients that offer HTTP/2 get HTTP/1.1, which is what the program behind reads. */
export const http1Spec = { alpnProtocols: ["http/1.1"] };

/** Sends plain HTTP to HTTPS and nothing else: no service is behind it. */
export function redirectRouteSpec(args: { host: string; router: Router; middleware: string }) {
  return {
    entryPoints: [args.router.plainEntryPoint],
    routes: [
      {
        kind: "Rule",
        match: hostRule(args.host),
        services: [{ kind: "TraefikService", name: "noop@internal" }],
        middlewares: [{ name: args.middleware }],
      },
    ],
  };
}

export function redirectSpec(router: Router) {
  const port = router.port === 443 ? {} : { port: router.port.toString() };
  return { redirectScheme: { scheme: "https", permanent: true, ...port } };
}

export function headersSpec(router: Router) {
  const hsts = router.hsts ? { stsSeconds: hstsSeconds } : {};
  return { headers: { contentTypeNosniff: true, ...hsts } };
}

/**
 * Of one client's requests no more than these are under way at a time; what comes beside them is answered 429 at once. A service
 * that has to work for an answer is never behind by more than that. By the address that Traefik sees: behind a load balancer
 * that hides addresses, as K3s's own does, all clients are one.
 */
export function inFlightSpec(amount: number) {
  // Without a criterion Traefik counts by host name: all clients together, wherever they come from.
  return { inFlightReq: { amount, sourceCriterion: { ipStrategy: { depth: 0 } } } };
}

/** It is told the address of the client as Traefik sees it, not as the client says. */
export function gateSpec(address: pulumi.Input<string>) {
  return { forwardAuth: { address, trustForwardHeader: false } };
}

export function allowListSpec(router: Router) {
  return { ipAllowList: { sourceRange: [...router.allowedRanges] } };
}

/** A route's own middlewares: the end of each one's name, and its spec. A kind that comes again is numbered. */
export function ownMiddlewares(middlewares: RouteMiddleware[]): { suffix: string; spec: object }[] {
  const seen = new Map<string, number>();
  return middlewares.map((middleware) => {
    const [suffix, spec] = ownMiddleware(middleware);
    const count = (seen.get(suffix) ?? 0) + 1;
    seen.set(suffix, count);
    return { suffix: count === 1 ? suffix : `${suffix}-${count}`, spec };
  });
}

function ownMiddleware({ basicAuth, forwardAuth, rateLimit, ipAllowList }: RouteMiddleware): [string, object] {
  // The program behind has no use for the password.
  if (basicAuth) return ["basic-auth", { basicAuth: { secret: basicAuth.secret, removeHeader: true } }];
  if (forwardAuth) return ["forward-auth", { forwardAuth }];
  if (rateLimit) return ["rate-limit", { rateLimit }];
  if (ipAllowList) return ["own-ranges", { ipAllowList: { sourceRange: ipAllowList.ranges } }];
  throw new Error("a middleware without a kind: a check is missing");
}

/** Backquotes are the rule language's quotes; host names, checked by the configuration, cannot hold one. */
function hostRule(host: string): string {
  return `Host(\`${host}\`)`;
}

function pathRule(path: string): string {
  const exact = path.replace(/\/$/, "");
  return exact === "" ? "PathPrefix(`/`)" : `(Path(\`${exact}\`) || PathPrefix(\`${exact}/\`))`;
}

/** `https://host`, with the port only where a client has to give it. */
export function httpsUrl(host: string, port: number): string {
  return `https://${hostAndPort(host, port)}`;
}

/** What stands before the first slash of an image name: the host, and the port when it is not 443. */
export function hostAndPort(host: string, port: number): string {
  return port === 443 ? host : `${host}:${port}`;
}
