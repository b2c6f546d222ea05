import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type { RouteMiddleware } from "../config/appTypes";
import { after, childOf, type Labels } from "../kubernetes";
import {
  allowListSpec,
  headersSpec,
  httpsRouteSpec,
  httpsUrl,
  ownMiddlewares,
  redirectRouteSpec,
  redirectSpec,
  traefikApi,
  type PathTarget,
  type Router,
  type ServiceTarget,
} from "./objects";

export interface HttpsRouteArgs {
  /** Name of the route's objects in the cluster. */
  routeName: string;
  namespace: string;
  labels: Labels;
  host: string;
  service: ServiceTarget;
  /** Beginnings of paths that go to other services of the namespace. */
  paths?: PathTarget[];
  /** A TLS secret in the same namespace; Traefik looks nowhere else. */
  secretName: string;
  /** Only requests that meet one of these are served, in Traefik's rule language; the others get 404. Default: all. */
  conditions?: string[];
  /** Of this route alone, in the order in which a request meets them, after those that every route has. */
  middlewares?: RouteMiddleware[];
  router: Router;
}

/**
 * The only way in from outside: a host name over HTTPS, and a redirect to it from plain HTTP.
 *
 * The middlewares live beside the route because Traefik does not follow references into another namespace.
 */
export class HttpsRoute extends pulumi.ComponentResource {
  public readonly url: string;

  constructor(name: string, args: HttpsRouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:routing:HttpsRoute", name, {}, opts);
    const child = childOf(this, opts);
    const { host, router, service, secretName } = args;
    this.url = httpsUrl(host, router.port);

    const middlewares = createMiddlewares();
    createRoute();
    createRedirect();
    this.registerOutputs({ url: this.url });

    function createMiddlewares() {
      const headers = traefikObject("Middleware", "headers", headersSpec(router));
      const own = ownMiddlewares(args.middlewares ?? []).map(({ suffix, spec }) => traefikObject("Middleware", suffix, spec));
      if (router.allowedRanges.length === 0) {
        return [headers, ...own];
      }
      // First in the chain: a stranger gets nothing but the refusal.
      return [traefikObject("Middleware", "ranges", allowListSpec(router)), headers, ...own];
    }

    function createRoute() {
      const spec = httpsRouteSpec({
        host,
        router,
        service,
        secretName,
        conditions: args.conditions,
        paths: args.paths,
        middlewares: middlewares.map((m) => m.name),
      });
      traefikObject(
        "IngressRoute",
        "https",
        spec,
        middlewares.map((m) => m.resource),
      );
    }

    function createRedirect() {
      const redirect = traefikObject("Middleware", "to-https", redirectSpec(router));
      const spec = redirectRouteSpec({ host, router, middleware: redirect.name });
      traefikObject("IngressRoute", "http", spec, [redirect.resource]);
    }

    function traefikObject(kind: string, suffix: string, spec: object, dependsOn: pulumi.Resource[] = []) {
      const objectName = `${args.routeName}-${suffix}`;
      const resource = new k8s.apiextensions.CustomResource(
        `${name}-${suffix}`,
        {
          apiVersion: traefikApi,
          kind,
          metadata: { name: objectName, namespace: args.namespace, labels: args.labels },
          spec,
        },
        after(child, ...dependsOn),
      );
      return { name: objectName, resource };
    }
  }
}
