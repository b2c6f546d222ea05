import { Field } from "../../../core/field";
import { Finding, each, finding, unverifiable } from "../../../core/finding";
import { Inventory } from "../../../core/inventory";
import { ObjectView } from "../../../core/object";
import { CrossFinding, atEach } from "../../../core/policy";
import { listed, show } from "../../../core/text";

export const GATEWAY_GROUP = "gateway.networking.k8s.io";

/** What a Gateway shows by itself. Whether a plain HTTP listener only redirects, only its routes show. */
export function* checkGateway(view: ObjectView): Iterable<Finding> {
  yield* each(view.spec.at("listeners").items(), function* (listener) {
    const protocol = listener.at("protocol").text();
    const name = show(listener.at("name").text());
    if (protocol === "TCP" || protocol === "UDP") {
      yield finding(listener, `listener ${name} speaks ${protocol} without TLS`, "use protocol: TLS or HTTPS");
    } else if (protocol === "HTTPS" || protocol === "TLS") {
      const tls = listener.at("tls");
      const certified =
        tls.at("mode").text() === "Passthrough" || tls.at("certificateRefs").items().length > 0 || tls.at("options").exists;
      if (!certified) yield finding(listener, `listener ${name} has no certificate`, "set tls.certificateRefs");
    }
  });
}

export function* checkUdpRoute(): Iterable<Finding> {
  yield finding("spec", "routes UDP without TLS", "remove the route, or agree an exemption");
}

/** Routes and the listeners they attach to. */
export function* crossCheckGateways(inventory: Inventory): Iterable<CrossFinding> {
  const redirected = new Set<string>();
  for (const kind of ["HTTPRoute", "GRPCRoute", "TCPRoute"]) {
    yield* atEach(inventory.all(`${GATEWAY_GROUP}/${kind}`), (view) => checkRoute(inventory, view, redirected));
  }
  yield* atEach(inventory.all(`${GATEWAY_GROUP}/Gateway`), (gateway) => checkPlainListeners(gateway, redirected));
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

function* checkRoute(inventory: Inventory, view: ObjectView, redirected: Set<string>): Iterable<Finding> {
  const redirects = view.kind === "HTTPRoute" && onlyRedirects(view.spec);
  yield* each(view.spec.at("parentRefs").items(), function* (parent) {
    if ((parent.at("kind").text() ?? "Gateway") !== "Gateway") return;
    const name = parent.at("name").text() ?? "";
    const gateway = inventory.find(`${GATEWAY_GROUP}/Gateway`, parent.at("namespace").text() ?? view.namespace, name);
    const listeners = gateway ? attached(gateway, parent) : [];
    if (redirects) {
      for (const listener of listeners) redirected.add(listenerKey(gateway!, listener));
    } else if (gateway) {
      yield* overPlain(view, parent, listeners);
    } else if (view.kind === "TCPRoute") {
      yield finding(
        parent,
        "routes TCP to a Gateway that is not among these objects",
        "attach it to a listener with protocol: TLS, deployed together with it",
      );
    } else {
      const message = `cannot be verified: the Gateway ${show(name)} is not among these objects`;
      yield unverifiable(parent, message, "check the Gateway and its routes together");
    }
  });
}

function* overPlain(view: ObjectView, parent: Field, listeners: Field[]): Iterable<Finding> {
  const encrypted = view.kind === "TCPRoute" ? ["TLS"] : ["HTTPS", "TLS"];
  const plain = listeners.filter((listener) => !encrypted.includes(listener.at("protocol").text() ?? ""));
  if (plain.length === 0) return;
  const names = listed(plain.slice(0, 3).map((listener) => show(listener.at("name").text())));
  yield finding(
    parent,
    `serves its backends without TLS through the listener ${names}`,
    "set sectionName to a listener that speaks HTTPS",
  );
}

/** The listeners of a Gateway that a parentRef reaches: all, or those of a name or port. */
function attached(gateway: ObjectView, parent: Field): Field[] {
  const section = parent.at("sectionName").text();
  const port = parent.at("port").number();
  return gateway.spec
    .at("listeners")
    .items()
    .filter((listener) => section === undefined || listener.at("name").text() === section)
    .filter((listener) => port === undefined || listener.at("port").number() === port);
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
  return `${gateway.namespace || "default"}/${gateway.name}/${listener.at("name").scalar()}`;
}
