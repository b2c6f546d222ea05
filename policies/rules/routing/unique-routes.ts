import { Finding, finding } from "../../core/finding";
import { Inventory } from "../../core/inventory";
import { ObjectView, describe } from "../../core/object";
import { CrossFinding, at, definePolicy } from "../../core/policy";
import { clean, show } from "../../core/text";
import { unknownPath } from "../../core/unknown";
import { claimsOf } from "./hosts";

function ingress(name: string, spec: string): string {
  return `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: ${name}, namespace: a}, spec: ${spec}}`;
}

function route(name: string, match: string, entryPoint = "websecure", more = ""): string {
  return `{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: ${name}, namespace: a}, spec: {entryPoints: [${entryPoint}], routes: [{match: '${match}'${more}}]}}`;
}

const both = (...documents: string[]) => documents.join("\n---\n");

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
    { group: "traefik.io", versions: ["v1alpha1"], kinds: ["IngressRoute"] },
    { group: "gateway.networking.k8s.io", versions: ["v1"], kinds: ["HTTPRoute"] },
  ],
  params: {},
  *check(view) {
    // A route that only redirects may stand for every host.
    if (onlyRedirects(view)) return;
    for (const { host, where } of claimsOf(view)) {
      if (host.startsWith("*")) yield finding(where, `answers for the wildcard ${show(host)}`, "name the hosts one by one");
      if (host === "" && view.kind === "IngressRoute" && !where.at("match").text()?.includes("HostRegexp(")) {
        yield finding(where, "answers for every host", "add Host(`...`) to the match");
      }
    }
  },
  *crossCheck(inventory) {
    yield* twice(inventory);
  },
  admission: { notExpressible: "that another object claims the same address cannot be seen from one" },
  good: [
    {
      title: "different paths of one host",
      yaml: both(route("a", "Host(`x`) && PathPrefix(`/a`)"), route("b", "Host(`x`) && PathPrefix(`/b`)")),
    },
    { title: "the redirect beside its route", yaml: both(route("a", "Host(`x`)"), route("b", "Host(`x`)", "web")) },
    {
      title: "one host told apart by a header",
      yaml: both(route("a", "Host(`x`)"), route("b", "Host(`x`) && Header(`v`, `2`)")),
    },
    {
      title: "a redirect for every host",
      yaml: route(
        "r",
        "PathPrefix(`/`)",
        "web",
        ", services: [{name: noop@internal, kind: TraefikService}], middlewares: [{name: m}]",
      ),
    },
    { title: "an Ingress with two paths", yaml: ingress("a", "{rules: [{host: x, http: {paths: [{path: /a}, {path: /b}]}}]}") },
  ],
  bad: [
    {
      title: "two Ingresses for one address",
      yaml: both(ingress("a", "{rules: [{host: x}]}"), ingress("b", "{rules: [{host: X, http: {paths: [{path: /}]}}]}")),
      finds: ['claims "x" (prefix /), which Ingress a/a claims too'],
    },
    {
      title: "an Ingress and an IngressRoute",
      yaml: both(ingress("a", "{rules: [{host: x}]}"), route("b", "Host(`x`)")),
      finds: ["which Ingress a/a claims too"],
    },
    {
      title: "two HTTPRoutes of one Gateway",
      yaml: both(
        ...["a", "b"].map(
          (name) =>
            `{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: ${name}}, spec: {parentRefs: [{name: g}], hostnames: [x], rules: [{}]}}`,
        ),
      ),
      finds: ["which HTTPRoute a claims too"],
    },
    { title: "an IngressRoute for every host", yaml: route("a", "PathPrefix(`/`)"), finds: ["answers for every host"] },
    { title: "a wildcard", yaml: ingress("a", "{rules: [{host: '*.x.y'}]}"), finds: ['the wildcard "*.x.y"'] },
  ],
});

function onlyRedirects(view: ObjectView): boolean {
  const routes = view.spec.at("routes").items();
  return (
    view.kind === "IngressRoute" &&
    routes.length > 0 &&
    routes.every(
      (route) =>
        route
          .at("services")
          .items()
          .every((service) => service.at("name").text() === "noop@internal") && route.at("middlewares").items().length > 0,
    )
  );
}

function* twice(inventory: Inventory): Iterable<CrossFinding> {
  const owners = new Map<string, ObjectView>();
  const types = ["networking.k8s.io/Ingress", "traefik.io/IngressRoute", "gateway.networking.k8s.io/HTTPRoute"];
  for (const view of types.flatMap((type) => inventory.all(type))) {
    if (!view.patch) yield* at(view, () => claimed(view, owners));
  }
}

function* claimed(view: ObjectView, owners: Map<string, ObjectView>): Iterable<Finding> {
  const doors = doorsOf(view);
  const said = new Set<string>();
  for (const { host, path, where } of claimsOf(view)) {
    if (host === "") continue;
    for (const door of doors) {
      const key = `${door} ${host} ${path}`;
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, view);
      else if (owner !== view && !isSame(owner, view) && !said.has(`${host} ${path}`)) {
        said.add(`${host} ${path}`);
        yield finding(
          where,
          `claims ${show(host)} (${clean(path)}), which ${describe(owner)} claims too`,
          "remove one of them, or give it a path of its own",
        );
      }
    }
  }
}

/** The same object, deployed from two places. */
function isSame(a: ObjectView, b: ObjectView): boolean {
  return a.type === b.type && a.name === b.name && a.namespace === b.namespace;
}

/** Where a route listens: entry points, or the listeners of Gateways. An Ingress is met on websecure. */
function doorsOf(view: ObjectView): string[] {
  try {
    if (view.kind === "IngressRoute") return view.spec.at("entryPoints").texts();
    if (view.kind === "HTTPRoute") {
      return view.spec
        .at("parentRefs")
        .items()
        .map(
          (parent) =>
            `${parent.at("namespace").text() ?? view.namespace}/${parent.at("name").text()}/${parent.at("sectionName").text() ?? ""}`,
        );
    }
    return ["websecure"];
  } catch (error) {
    if (unknownPath(error) === undefined) throw error;
    return [];
  }
}
