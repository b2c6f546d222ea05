import * as pulumi from "@pulumi/pulumi";
import { childOf } from "../../builders";
import { allowListSpec, http1Spec, httpsUrl, tlsRouteSpec } from "./objects";
import { createRedirect, traefikObjects, type RouteArgs } from "./traefikObjects";

/**
 * A host name over HTTPS whose requests reach the program byte for byte, where HttpsRoute's are read and written anew: Traefik
 * cleans paths (`a//b` becomes `a/b`), writes the names of headers in its own case, and in some versions refuses encoded
 * characters. It still holds the certificate and turns strangers away; all else is the program's. Plain HTTP is redirected.
 */
export class TlsRoute extends pulumi.ComponentResource {
  public readonly url: string;

  constructor(name: string, args: RouteArgs, opts?: pulumi.ComponentResourceOptions) {
    // What it replaced: without this, the middleware and the redirect of both would be in each other's way.
    const aliases = [...(opts?.aliases ?? []), { type: "homelab:routing:HttpsRoute" }];
    super("homelab:routing:TlsRoute", name, {}, { ...opts, aliases });
    const { router } = args;
    const traefikObject = traefikObjects(name, args, childOf(this, opts));
    this.url = httpsUrl(args.host, router.port);

    const options = traefikObject("TLSOption", "http1", http1Spec);
    const ranges = router.allowedRanges.length === 0 ? [] : [traefikObject("MiddlewareTCP", "ranges", allowListSpec(router))];
    createRoute();
    createRedirect(traefikObject, args);
    this.registerOutputs({ url: this.url });

    function createRoute() {
      const middlewares = ranges.map((middleware) => middleware.name);
      const spec = tlsRouteSpec({ ...args, middlewares, options: options.name });
      traefikObject("IngressRouteTCP", "https", spec, [options.resource, ...ranges.map(({ resource }) => resource)]);
    }
  }
}
