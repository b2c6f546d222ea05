/** Which routes a listener of the Gateway API takes: what fits its protocol, its allowedRoutes and its host, and nothing else. */
import { Field } from "../../../../kubernetes/objects/field";
import { UnknownValue } from "../../../../kubernetes/objects/unknown";
import { type Inventory, sameNamespace } from "../../../core/inventory";
import type { ObjectView } from "../../../core/object";
import { selects } from "../../../core/selector";

/** Routes by the protocol of a listener (gateway.networking.k8s.io ProtocolType); vendors' own protocols take what they take. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  HTTP: ["HTTPRoute", "GRPCRoute"],
  HTTPS: ["HTTPRoute", "GRPCRoute"],
  TLS: ["TLSRoute", "TCPRoute"],
  TCP: ["TCPRoute"],
  UDP: ["UDPRoute"],
};

/** @throws UnknownValue where what decides is not known, be it the labels of a namespace that is not here */
export function takes(listener: Field, gateway: ObjectView, route: ObjectView, inventory: Inventory): boolean {
  return takesKind(listener, route.kind) && takesHosts(listener, route) && takesNamespace(listener, gateway, route, inventory);
}

function takesKind(listener: Field, kind: string): boolean {
  const fitting = KINDS[listener.at("protocol").text() ?? ""];
  const allowed = listener.at("allowedRoutes", "kinds").items();
  return (!fitting || fitting.includes(kind)) && (allowed.length === 0 || allowed.some((one) => one.at("kind").text() === kind));
}

/** A wildcard of the Gateway API stands for any number of labels. */
function takesHosts(listener: Field, route: ObjectView): boolean {
  const host = listener.at("hostname").text()?.toLowerCase();
  const hosts = route.spec
    .at("hostnames")
    .texts()
    .map((name) => name.toLowerCase());
  return !host || hosts.length === 0 || hosts.some((name) => name === host || within(name, host) || within(host, name));
}

function within(name: string, wildcard: string): boolean {
  return wildcard.startsWith("*.") && name.endsWith(wildcard.slice(1));
}

function takesNamespace(listener: Field, gateway: ObjectView, route: ObjectView, inventory: Inventory): boolean {
  const namespaces = listener.at("allowedRoutes", "namespaces");
  switch (namespaces.at("from").text() ?? "Same") {
    case "All":
      return true;
    case "Same":
      return sameNamespace(gateway.knownNamespace, route.knownNamespace);
    case "Selector":
      return selects(namespaces.at("selector"), labelsOf(route.knownNamespace || "default", namespaces, inventory));
    default:
      return false;
  }
}

/** The label that Kubernetes itself gives to every namespace. */
const NAME_LABEL = "kubernetes.io/metadata.name";

function labelsOf(name: string, namespaces: Field, inventory: Inventory): Field {
  const namespace = inventory.find("/Namespace", "", name);
  const selector = namespaces.at("selector");
  const asked = [
    ...selector
      .at("matchLabels")
      .entries()
      .map(([key]) => key),
    ...selector
      .at("matchExpressions")
      .items()
      .map((expression) => expression.at("key").text()),
  ];
  if (!namespace && asked.some((key) => key !== NAME_LABEL)) {
    throw new UnknownValue(selector.path, `what labels the namespace ${name} has, which is not among these objects,`);
  }
  const labels = namespace ? Object.fromEntries(namespace.labels.entries().map(([key, value]) => [key, value.value])) : {};
  return new Field({ ...labels, [NAME_LABEL]: name });
}
