import * as pulumi from "@pulumi/pulumi";
import { childOf } from "../../builders";
import {
  allowListSpec,
  gateSpec,
  headersSpec,
  httpsRouteSpec,
  httpsUrl,
  inFlightSpec,
  ownMiddlewares,
  type PathTarget,
  type RouteMiddleware,
} from "./objects";
import { createRedirect, traefikObjects, type RouteArgs } from "./traefikObjects";

export interface HttpsRouteArgs extends RouteArgs {
  /** Beginnings of paths that go to other services of the namespace. */
  paths?: PathTarget[];
  /** How many requests of one client may be under way at a time. Without it: any number. */
  inFlight?: number;
  /** An address that Traefik asks first, with the request's headers; what it refuses goes no further. */
  gate?: pulumi.Input<string>;
  /** Of this route alone, in the order in which a request meets them, after those that every route has. */
  middlewares?: RouteMiddleware[];
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
    const traefikObject = traefikObjects(name, args, child);
    this.url = httpsUrl(host, router.port);

    const middlewares = createMiddlewares();
    createRoute();
    createRedirect(traefikObject, args);
    this.registerOutputs({ url: this.url });

    function createMiddlewares() {
      const headers = traefikObject("Middleware", "headers", headersSpec(router));
      const limits = args.inFlight === undefined ? [] : [traefikObject("Middleware", "in-flight", inFlightSpec(args.inFlight))];
      const gate = args.gate === undefined ? [] : [traefikObject("Middleware", "gate", gateSpec(args.gate))];
      const own = ownMiddlewares(args.middlewares ?? []).map(({ suffix, spec }) => traefikObject("Middleware", suffix, spec));
      const ranges = router.allowedRanges.length === 0 ? [] : [traefikObject("Middleware", "ranges", allowListSpec(router))];
      // A stranger gets nothing but the refusal.
      return [...ranges, ...limits, ...gate, headers, ...own];
    }

    function createRoute() {
      const spec = httpsRouteSpec({
        host,
        router,
        service,
        secretName,
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
  }
}
