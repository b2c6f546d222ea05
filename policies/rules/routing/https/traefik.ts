import { Field } from "../../../../kubernetes/objects/field";
import { Finding, attempt, each, finding, unseen, unverifiable } from "../../../../kubernetes/objects/finding";
import { Inventory } from "../../../core/inventory";
import { ObjectView } from "../../../core/object";
import { CrossFinding, atEach } from "../../../core/policy";
import { show } from "../../../../kubernetes/objects/text";
import { type HttpsParams, permittedPorts } from "./params";

/** Today's group and the one that Traefik 2 had. */
export const TRAEFIK_GROUPS = ["traefik.io", "traefik.containo.us"] as const;

/** Traefik's service that answers nothing: the backend of a route that only redirects. */
export const NO_BACKEND = "noop@internal";

export function* checkIngressRoute(view: ObjectView, params: HttpsParams): Iterable<Finding> {
  if (!hasRoutes(view) && !view.patch) return;
  yield* attempt(() => checkEntryPoints(view, params));
  yield* attempt(() => checkCertificate(view, params));
}

function hasRoutes(view: ObjectView): boolean {
  const routes = view.spec.at("routes");
  return routes.unknown || routes.items().length > 0;
}

function* checkEntryPoints(view: ObjectView, params: HttpsParams): Iterable<Finding> {
  const { spec } = view;
  const plain = plainEntryPoint(spec, params);
  if (plain === undefined) return;
  if (view.patch && (plain === "" || !hasRoutes(view))) {
    yield plain === "" ? unseen(spec.at("entryPoints"), "the entry points") : unseen(spec.at("routes"), "the routes");
    return;
  }
  yield* each(spec.at("routes").items(), (route) => checkPlainRoute(spec, route, plain, params));
}

function* checkCertificate(view: ObjectView, params: HttpsParams): Iterable<Finding> {
  const { spec } = view;
  const tls = spec.at("tls");
  if (!servesTls(spec, params) || isCertified(tls)) return;
  if (view.patch && !tls.exists) yield unseen(tls, "tls");
  else yield finding(tls, "has no certificate of its own", "set tls.secretName (or tls.certResolver)");
}

function isCertified(tls: Field): boolean {
  return Boolean(tls.at("secretName").text() || tls.at("certResolver").text());
}

/** The first entry point without TLS, or "" when none is named, which means all; undefined when all speak TLS. */
function plainEntryPoint(spec: Field, params: HttpsParams): string | undefined {
  const items = spec.at("entryPoints").items();
  if (items.length === 0) return "";
  const speaksTls = (item: Field) => params.tlsEntryPoints.includes(item.scalar() ?? "?");
  // One that is known to be plain is enough, whatever the others turn out to be.
  const plain = items.find((item) => !item.unknown && !speaksTls(item)) ?? items.find((item) => !speaksTls(item));
  return plain && (plain.scalar() ?? "?");
}

function servesTls(spec: Field, params: HttpsParams): boolean {
  return spec
    .at("entryPoints")
    .texts()
    .some((name) => params.tlsEntryPoints.includes(name));
}

function* checkPlainRoute(spec: Field, route: Field, entryPoint: string, params: HttpsParams): Iterable<Finding> {
  const services = route.at("services");
  const redirects = route.at("middlewares").items().length > 0;
  // Without a redirect it does not matter what it serves.
  const backend =
    services.unknown && !redirects ? undefined : services.items().find((service) => service.at("name").text() !== NO_BACKEND);
  if (!backend && redirects) return;
  const where =
    entryPoint === ""
      ? "names no entry point, so it answers on the plain ones too"
      : `is on the entry point ${show(entryPoint)}, which has no TLS`;
  const what = backend ? `and serves ${show(backend.at("name").text())}` : "and has no redirect";
  yield finding(
    entryPoint === "" ? spec.at("entryPoints") : route,
    `${where}, ${what}`,
    `set entryPoints: [${params.tlsEntryPoints[0]}] and tls.secretName; on a plain entry point only a redirectScheme middleware with the service ${NO_BACKEND} is allowed`,
  );
}

export function* checkTcpRoute(view: ObjectView, params: HttpsParams): Iterable<Finding> {
  const tls = view.spec.at("tls");
  if (!hasRoutes(view) || tls.at("passthrough").isTrue() || isCertified(tls) || servesPermitted(view, "TCP", params)) return;
  if (view.patch && !tls.exists) yield unseen(tls, "tls");
  else yield finding(tls, "routes TCP without TLS", "set tls.secretName, tls.certResolver or tls.passthrough: true");
}

/** Whether all that the routes reach are ports that need no TLS; a port that a service is asked for by name is known to nobody here. */
function servesPermitted(view: ObjectView, protocol: string, params: HttpsParams): boolean {
  return view.spec
    .at("routes")
    .items()
    .every((route) => {
      const services = route.at("services").items();
      const permitted = permittedPorts(params);
      return services.length > 0 && services.every((service) => permitted.includes(`${service.at("port").scalar()}/${protocol}`));
    });
}

export function* checkTraefikUdpRoute(view: ObjectView, params: HttpsParams): Iterable<Finding> {
  if (!hasRoutes(view) || servesPermitted(view, "UDP", params)) return;
  yield finding("spec.routes", "routes UDP, which Traefik cannot encrypt", "remove the route, or agree an exemption");
}

/** Plain routes that look like a redirect: the middleware that they name must be one. */
export function* crossCheckRedirects(inventory: Inventory, params: HttpsParams): Iterable<CrossFinding> {
  for (const group of TRAEFIK_GROUPS) {
    yield* atEach(inventory.all(`${group}/IngressRoute`), (view) => followRedirects(inventory, view, params));
  }
}

function* followRedirects(inventory: Inventory, view: ObjectView, params: HttpsParams): Iterable<Finding> {
  const plain = plainEntryPoint(view.spec, params);
  if (plain === undefined || (plain === "" && view.patch)) return;
  yield* each(view.spec.at("routes").items(), function* (route) {
    const [first] = route.at("middlewares").items();
    if (
      !first ||
      route
        .at("services")
        .items()
        .some((service) => service.at("name").text() !== NO_BACKEND)
    ) {
      return;
    }
    const name = first.at("name").text() ?? "";
    const middleware = findMiddleware(inventory, first, name, view);
    if (!middleware) {
      yield unverifiable(
        first,
        `cannot be verified: the middleware ${show(name)} is not among these objects`,
        "deploy the redirect together with its route",
      );
    } else if (middleware.spec.at("redirectScheme", "scheme").text() !== "https") {
      yield finding(
        first,
        `answers over plain HTTP, and its first middleware ${show(name)} does not redirect to HTTPS`,
        "put a middleware with redirectScheme: {scheme: https} first",
      );
    }
  });
}

function findMiddleware(inventory: Inventory, reference: Field, name: string, view: ObjectView): ObjectView | undefined {
  const namespace = reference.at("namespace").text() ?? view.knownNamespace;
  for (const group of TRAEFIK_GROUPS) {
    const found = inventory.find(`${group}/Middleware`, namespace, name);
    if (found) return found;
  }
  return undefined;
}
