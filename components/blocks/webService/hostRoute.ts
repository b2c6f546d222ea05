import { after, type ChildOptions, type Labels } from "../../builders";
import { ServerCertificate, type Issuer } from "../certificates";
import { HttpsRoute, TlsRoute, type HttpsRouteArgs, type Router, type ServiceTarget } from "../routing";

export interface HostRouteArgs extends Pick<HttpsRouteArgs, "paths" | "inFlight" | "gate" | "middlewares"> {
  /** Name of the route's objects, and with `-tls` of the Secret with its certificate. */
  objectName: string;
  namespace: string;
  labels: Labels;
  host: string;
  service: ServiceTarget;
  issuer: Issuer;
  router: Router;
  /** Hand requests on byte for byte (TlsRoute); middlewares and paths are not to be had then. */
  unread?: boolean;
}

/** A host name over HTTPS with its certificate. Their names begin with `name`. */
export function createHostRoute(
  name: string,
  { objectName, unread, issuer, ...args }: HostRouteArgs,
  child: ChildOptions,
): { certificate: ServerCertificate; route: HttpsRoute | TlsRoute } {
  const { namespace, labels, host } = args;
  const secret = { issuer, host, namespace, secretName: `${objectName}-tls`, labels };
  const certificate = new ServerCertificate(name + "-tls", secret, child);
  const Route = unread ? TlsRoute : HttpsRoute;
  const routeArgs = { ...args, routeName: objectName, secretName: certificate.secretName };
  return { certificate, route: new Route(name + "-route", routeArgs, after(child, certificate)) };
}
