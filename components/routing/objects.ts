import type { RoutingConfig } from "../config/types";

/** What a route needs to know of the cluster's Traefik. */
export type Router = Pick<RoutingConfig, "entryPoint" | "plainEntryPoint" | "port" | "allowedRanges" | "hsts">;

export interface ServiceTarget {
    name: string;
    port: number;
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
}) {
    return {
        // Without entry points a route is served on all of them, plain HTTP included.
        entryPoints: [args.router.entryPoint],
        routes: [{
            kind: "Rule",
            match: hostRule(args.host),
            services: [{ name: args.service.name, port: args.service.port }],
            middlewares: args.middlewares.map(name => ({ name })),
        }],
        // Without a secret Traefik would serve a certificate of its own making.
        tls: { secretName: args.secretName },
    };
}

/** Sends plain HTTP to HTTPS and nothing else: no service is behind it. */
export function redirectRouteSpec(args: { host: string; router: Router; middleware: string }) {
    return {
        entryPoints: [args.router.plainEntryPoint],
        routes: [{
            kind: "Rule",
            match: hostRule(args.host),
            services: [{ kind: "TraefikService", name: "noop@internal" }],
            middlewares: [{ name: args.middleware }],
        }],
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

export function allowListSpec(router: Router) {
    return { ipAllowList: { sourceRange: [...router.allowedRanges] } };
}

/** Backquotes are the rule language's quotes; host names, checked by the configuration, cannot hold one. */
function hostRule(host: string): string {
    return `Host(\`${host}\`)`;
}

/** `https://host`, with the port only where a client has to give it. */
export function httpsUrl(host: string, port: number): string {
    return `https://${hostAndPort(host, port)}`;
}

/** What stands before the first slash of an image name: the host, and the port when it is not 443. */
export function hostAndPort(host: string, port: number): string {
    return port === 443 ? host : `${host}:${port}`;
}
