export { HttpsRoute, type HttpsRouteArgs } from "./httpsRoute";
export { TlsRoute } from "./tlsRoute";
export {
  defaultRouter,
  defaultTraefikNamespace,
  hostAndPort,
  httpsUrl,
  type RouteMiddleware,
  type Router,
  type ServiceTarget,
} from "./objects";
export { Traefik, traefikValues, type TraefikArgs } from "./traefik";
