export { HttpsRoute, type HttpsRouteArgs } from "./httpsRoute";
export { TlsRoute } from "./tlsRoute";
export { hostAndPort, httpsUrl, type Router } from "./objects";
export { Traefik, traefikValues, type TraefikArgs } from "./traefik";
