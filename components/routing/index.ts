export { HttpsRoute, type HttpsRouteArgs } from "./httpsRoute";
export { hostAndPort, httpsUrl, type Router } from "./objects";
export { Traefik, traefikValues, type TraefikArgs } from "./traefik";
