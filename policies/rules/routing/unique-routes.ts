import { Field } from "../../../kubernetes/objects/field";
import { Finding, each, finding } from "../../../kubernetes/objects/finding";
import { Inventory } from "../../core/inventory";
import { ObjectView, describe } from "../../core/object";
import { CrossFinding, at, atEach, definePolicy } from "../../core/policy";
import { clean, show } from "../../../kubernetes/objects/text";
import { claimantsOf, claimsOf } from "./hosts";
import { GATEWAY_GROUP, attached, gatewayOf, listenersOf } from "./https/gateway";
import { ENTRY_POINTS } from "./https/ingress";
import { NO_BACKEND, TRAEFIK_GROUPS } from "./https/traefik";
import { bad, good } from "./unique-routes.examples";

export const uniqueRoutes = definePolicy<object>({
  id: "unique-routes",
  title: "One host and path belongs to one route, and every route names its host",
  rationale:
    "Which of two routes for one address answers, their age or their name decides; a route for every host takes over the " +
    "addresses of applications that have none of their own yet.",
  severity: "medium",
  level: "mandatory",
  remediation: "Give each application a host or path of its own, and name it.",
  tags: ["network"],
  anchors: {
    controls: ["kyverno/unique-ingress-host-and-path", "gatekeeper/uniqueingresshost", "kyverno/restrict-ingress-wildcard"],
  },
  match: [
    { group: "networking.k8s.io", versions: ["v1"], kinds: ["Ingress"] },
    ...TRAEFIK_GROUPS.map((group) => ({ group, versions: ["v1alpha1"], kinds: ["IngressRoute", "IngressRouteTCP"] })),
    { group: "gateway.networking.k8s.io", versions: ["v1"], kinds: ["HTTPRoute"] },
  ],
  params: {},
  check: (view) => each(claimantsOf(view), (rule) => tooWide(view, rule)),
  *crossCheck(inventory) {
    yield* atEach(inventory.all(`${GATEWAY_GROUP}/HTTPRoute`), (view) => everyHost(inventory, view));
    yield* twice(inventory);
  },
  admission: { notExpressible: "that another object claims the same address cannot be seen from one" },
  good,
  bad,
});

/** A route of Traefik that asks no service, and a rule of an HTTPRoute that has none, may stand for every host. */
function onlyRedirects(view: ObjectView, rule: Field): boolean {
  if (view.kind === "HTTPRoute") return rule.at("backendRefs").items().length === 0;
  if (view.kind !== "IngressRoute") return false;
  const services = rule.at("services").items();
  return services.every((service) => service.at("name").text() === NO_BACKEND) && rule.at("middlewares").items().length > 0;
}

function* tooWide(view: ObjectView, rule: Field): Iterable<Finding> {
  for (const { host, where, pattern } of claimsOf(view, rule)) {
    const every = host === "" && view.kind === "IngressRoute";
    if (!every && !host.startsWith("*")) continue;
    if (onlyRedirects(view, rule)) return;
    if (!every) {
      yield finding(where, `answers for the wildcard ${show(host)}`, "name the hosts one by one");
    } else if (pattern) {
      yield finding(where, "answers for every host that fits a pattern", "name the hosts one by one, with Host(`...`)");
    } else {
      yield finding(where, "answers for every host", "add Host(`...`) to the match");
    }
  }
}

/** An HTTPRoute that names no host has those of the listeners it attaches to. */
function* everyHost(inventory: Inventory, view: ObjectView): Iterable<Finding> {
  const hostnames = view.spec.at("hostnames");
  if (hostnames.items().length > 0 || claimantsOf(view).every((rule) => onlyRedirects(view, rule))) return;
  const open = listenersOf(inventory, view).some((listener) => !listener.at("hostname").text());
  if (open) yield finding(hostnames, "answers for every host", "name the hosts under hostnames");
}

const TYPES = [
  "networking.k8s.io/Ingress",
  ...TRAEFIK_GROUPS.flatMap((group) => [`${group}/IngressRoute`, `${group}/IngressRouteTCP`]),
  `${GATEWAY_GROUP}/HTTPRoute`,
];

function* twice(inventory: Inventory): Iterable<CrossFinding> {
  const owners = new Map<string, ObjectView>();
  for (const view of TYPES.flatMap((type) => inventory.all(type))) {
    if (!view.patch) yield* at(view, () => claimed(inventory, view, owners));
  }
}

function* claimed(inventory: Inventory, view: ObjectView, owners: Map<string, ObjectView>): Iterable<Finding> {
  const doors = doorsOf(inventory, view);
  const reported = new Set<string>();
  yield* each(claimantsOf(view), function* (rule) {
    for (const { host, path, where } of claimsOf(view, rule)) {
      if (host === "") continue;
      for (const door of doors) {
        const key = `${door} ${host} ${path}`;
        const owner = owners.get(key);
        if (owner === undefined) {
          owners.set(key, view);
        } else if (owner !== view && !isSame(owner, view) && !reported.has(`${host} ${path}`)) {
          reported.add(`${host} ${path}`);
          yield finding(
            where,
            `claims ${show(host)} (${clean(path)}), which ${describe(owner)} claims too`,
            "remove one of them, or give it a path of its own",
          );
        }
      }
    }
  });
}

/** The same object, deployed from two places. */
function isSame(a: ObjectView, b: ObjectView): boolean {
  return a.type === b.type && a.name === b.name && a.namespace === b.namespace;
}

/** Where a route listens: entry points of Traefik, another controller, or the listeners of Gateways. */
function doorsOf(inventory: Inventory, view: ObjectView): string[] {
  if (view.kind === "HTTPRoute") return gatewayDoors(inventory, view);
  if (view.kind !== "Ingress") return orUsual(view.spec.at("entryPoints").texts());
  const className = view.spec.at("ingressClassName").text() ?? view.annotations.at("kubernetes.io/ingress.class").text();
  if (className !== undefined && className !== "traefik") return [`class ${className}`];
  const names = (view.annotations.at(ENTRY_POINTS).text() ?? "").split(",").map((name) => name.trim());
  return orUsual(names.filter((name) => name !== ""));
}

function orUsual(entryPoints: string[]): string[] {
  return entryPoints.length > 0 ? entryPoints : ["websecure"];
}

/** A parent without sectionName stands for all its listeners, by their names where the Gateway is here. */
function gatewayDoors(inventory: Inventory, view: ObjectView): string[] {
  return view.spec
    .at("parentRefs")
    .items()
    .flatMap((parent) => {
      const name = `${parent.at("namespace").text() ?? view.namespace}/${parent.at("name").text()}`;
      const gateway = gatewayOf(inventory, view, parent);
      const sections = gateway
        ? attached(inventory, gateway, view, parent).map((listener) => listener.at("name").text())
        : [parent.at("sectionName").text()];
      return sections.map((section) => `${name}/${section ?? ""}`);
    });
}
