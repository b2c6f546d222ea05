import { Field } from "../../../../kubernetes/objects/field";
import { Finding, each, finding, unseen, unverifiable } from "../../../../kubernetes/objects/finding";
import { Inventory } from "../../../core/inventory";
import { ObjectView } from "../../../core/object";
import { CrossFinding, atEach } from "../../../core/policy";
import { show } from "../../../../kubernetes/objects/text";
import { takes } from "./listeners";
import { type HttpsParams, permittedPorts } from "./params";

export const GATEWAY_GROUP = "gateway.networking.k8s.io";

/** What holds listeners; a ListenerSet adds some to a Gateway (Gateway API 1.5). */
export const LISTENING = ["Gateway", "ListenerSet"] as const;

/** What a Gateway shows by itself. Whether a plain HTTP listener only redirects, only its routes show. */
export function* checkGateway(view: ObjectView, params: HttpsParams): Iterable<Finding> {
  yield* each(view.spec.at("listeners").items(), function* (listener) {
    const protocol = listener.at("protocol").text();
    const name = show(listener.at("name").text());
    if (isPermitted(listener, params)) return;
    if (protocol === "TCP" || protocol === "UDP") {
      yield finding(listener, `listener ${name} speaks ${protocol} without TLS`, "use protocol: TLS or HTTPS");
    } else if (protocol === "HTTPS" || protocol === "TLS") {
      const tls = listener.at("tls");
      const certified =
        tls.at("mode").text() === "Passthrough" || tls.at("certificateRefs").items().length > 0 || tls.at("options").exists;
      if (certified) return;
      if (view.patch && !tls.exists) yield unseen(tls, "the certificate");
      else yield finding(listener, `listener ${name} has no certificate`, "set tls.certificateRefs");
    }
  });
}

/** A listener for a protocol other than HTTP on a port that needs no TLS. */
function isPermitted(listener: Field, params: HttpsParams): boolean {
  const protocol = listener.at("protocol").text();
  if (protocol !== "TCP" && protocol !== "UDP") return false;
  return permittedPorts(params).includes(`${listener.at("port").scalar()}/${protocol}`);
}

/** Routes and the listeners they attach to. */
export function* crossCheckGateways(inventory: Inventory, params: HttpsParams): Iterable<CrossFinding> {
  const redirected = new Set<string>();
  for (const kind of ["HTTPRoute", "GRPCRoute", "TCPRoute", "UDPRoute"]) {
    yield* atEach(inventory.all(`${GATEWAY_GROUP}/${kind}`), (view) => checkRoute(inventory, view, redirected, params));
  }
  for (const kind of LISTENING) {
    yield* atEach(inventory.all(`${GATEWAY_GROUP}/${kind}`), (gateway) => checkPlainListeners(gateway, redirected));
  }
}

function* checkPlainListeners(gateway: ObjectView, redirected: Set<string>): Iterable<Finding> {
  yield* each(gateway.spec.at("listeners").items(), function* (listener) {
    if (listener.at("protocol").text() !== "HTTP" || redirected.has(listenerKey(gateway, listener))) return;
    yield finding(
      listener,
      `listener ${show(listener.at("name").text())} speaks plain HTTP, and no route here redirects it to HTTPS`,
      "attach an HTTPRoute that only redirects (RequestRedirect, scheme: https) or use protocol: HTTPS",
    );
  });
}

function* checkRoute(inventory: Inventory, view: ObjectView, redirected: Set<string>, params: HttpsParams): Iterable<Finding> {
  const redirects = view.kind === "HTTPRoute" && onlyRedirects(view.spec);
  yield* each(view.spec.at("parentRefs").items(), function* (parent) {
    if (!isGateway(parent)) return;
    const gateway = gatewayOf(inventory, view, parent);
    if (redirects) {
      for (const listener of gateway ? attached(inventory, gateway, view, parent) : []) {
        redirected.add(listenerKey(gateway!, listener));
      }
    } else if (gateway) {
      yield* each(gateway.spec.at("listeners").items(), (listener) =>
        isPermitted(listener, params) ? undefined : overPlain(inventory, gateway, view, parent, listener),
      );
    } else {
      const message = `cannot be verified: the Gateway ${show(parent.at("name").text())} is not among these objects`;
      yield unverifiable(parent, message, "check the Gateway and its routes together");
    }
  });
}

function* overPlain(
  inventory: Inventory,
  gateway: ObjectView,
  view: ObjectView,
  parent: Field,
  listener: Field,
): Iterable<Finding> {
  if (!isMeant(listener, parent) || ["HTTPS", "TLS"].includes(listener.at("protocol").text() ?? "")) return;
  if (!takes(listener, gateway, view, inventory)) return;
  yield finding(
    parent,
    `serves its backends without TLS through the listener ${show(listener.at("name").text())}`,
    "set sectionName to a listener that speaks HTTPS",
  );
}

/** A route of a service mesh has a Service for its parent. */
function isGateway(parent: Field): boolean {
  const kind = parent.at("kind").text() ?? "Gateway";
  return LISTENING.some((listening) => listening === kind) && (parent.at("group").text() ?? GATEWAY_GROUP) === GATEWAY_GROUP;
}

/** The Gateway or ListenerSet that a parentRef of a route names, if it is here. */
export function gatewayOf(inventory: Inventory, view: ObjectView, parent: Field): ObjectView | undefined {
  if (!isGateway(parent)) return undefined;
  const [kind, namespace, name] = ["kind", "namespace", "name"].map((key) => parent.at(key).text());
  return inventory.find(`${GATEWAY_GROUP}/${kind ?? "Gateway"}`, namespace ?? view.knownNamespace, name ?? "");
}

/** The listeners of a Gateway that a parentRef of a route reaches. */
export function attached(inventory: Inventory, gateway: ObjectView, view: ObjectView, parent: Field): Field[] {
  return gateway.spec
    .at("listeners")
    .items()
    .filter((listener) => isMeant(listener, parent) && takes(listener, gateway, view, inventory));
}

/** All listeners, or those of a name or port. */
function isMeant(listener: Field, parent: Field): boolean {
  const section = parent.at("sectionName").text();
  const port = parent.at("port").number();
  return (
    (section === undefined || listener.at("name").text() === section) &&
    (port === undefined || listener.at("port").number() === port)
  );
}

/** Every listener that a route attaches to, of the Gateways that are here. */
export function listenersOf(inventory: Inventory, view: ObjectView): Field[] {
  return view.spec
    .at("parentRefs")
    .items()
    .flatMap((parent) => {
      const gateway = gatewayOf(inventory, view, parent);
      return gateway ? attached(inventory, gateway, view, parent) : [];
    });
}

function onlyRedirects(spec: Field): boolean {
  const rules = spec.at("rules").items();
  return (
    rules.length > 0 &&
    rules.every(
      (rule) =>
        rule.at("backendRefs").items().length === 0 &&
        rule
          .at("filters")
          .items()
          .some((filter) => filter.at("requestRedirect", "scheme").text() === "https"),
    )
  );
}

function listenerKey(gateway: ObjectView, listener: Field): string {
  return `${gateway.type} ${gateway.namespace || "default"}/${gateway.name}/${listener.at("name").scalar()}`;
}
