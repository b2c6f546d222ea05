import type { BadExample, Example } from "../../core/policy";

function ingress(name: string, spec: string): string {
  return `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: ${name}, namespace: a}, spec: ${spec}}`;
}

function route(name: string, match: string, entryPoint = "websecure", more = ""): string {
  return `{apiVersion: traefik.io/v1alpha1, kind: IngressRoute, metadata: {name: ${name}, namespace: a}, spec: {entryPoints: [${entryPoint}], routes: [{match: '${match}'${more}}]}}`;
}

const both = (...documents: string[]) => documents.join("\n---\n");

function tcp(name: string, match: string, entryPoint: string): string {
  return route(name, match, entryPoint).replace("IngressRoute", "IngressRouteTCP");
}

function gateway(listener: string): string {
  return `{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: g}, spec: {listeners: [{name: l, protocol: HTTPS${listener && `, ${listener}`}}]}}`;
}

function httpRoute(name: string, parent: string, spec: string): string {
  return `{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: ${name}}, spec: {parentRefs: [${parent}], ${spec}}}`;
}

export const good: Example[] = [
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
  {
    title: "a redirect of every host among the routes of one object",
    yaml: route("r", "PathPrefix(`/`)", "web", ", services: [], middlewares: [{name: m}]"),
  },
  {
    title: "paths that belong to different hosts of one rule",
    yaml: both(route("a", "Host(`x`) && PathPrefix(`/a`) || Host(`y`)"), route("b", "Host(`y`) && PathPrefix(`/a`)")),
  },
  {
    title: "one host at two controllers",
    yaml: both(
      ingress("a", "{ingressClassName: traefik, rules: [{host: x}]}"),
      ingress("b", "{ingressClassName: inside, rules: [{host: x}]}"),
    ),
  },
  {
    title: "an HTTPRoute with the host of its listener",
    yaml: both(gateway("hostname: x"), httpRoute("a", "{name: g}", "rules: [{backendRefs: [{name: w}]}]")),
  },
  {
    title: "an HTTPRoute for every host that only redirects",
    yaml: both(gateway(""), httpRoute("a", "{name: g}", "rules: [{filters: [{type: RequestRedirect}]}]")),
  },
  { title: "every connection to a port of its own", yaml: tcp("a", "HostSNI(`*`)", "postgres") },
];

export const bad: BadExample[] = [
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
  {
    title: "two IngressRoutes, one of the old API group",
    yaml: both(route("a", "Host(`x`)"), route("b", "Host(`x`)").replace("traefik.io", "traefik.containo.us")),
    finds: ["which IngressRoute a/a claims too"],
  },
  {
    title: "two routes that mean one address in different words",
    yaml: both(
      route("a", "(Host(`x`) || Host(`y`)) && (Path(`/a`) || PathPrefix(`/a/`))"),
      route("b", "Host(`z`) || Host(`y`) && Path(`/a`)"),
    ),
    finds: ['claims "y" (exact /a)'],
  },
  {
    title: "two routes told apart by a header, which is the same",
    yaml: both(route("a", "Header(`v`, `2`) && Host(`x`)"), route("b", "Host(`x`) && Header( `v`,`2` )")),
    finds: ['claims "x" (prefix / if Header(`v`,`2`))'],
  },
  {
    title: "an Ingress with a slash more at the end",
    yaml: both(
      ...["/a", "/a/"].map((path, at) =>
        ingress(`i${at}`, `{rules: [{host: x, http: {paths: [{path: ${path}, pathType: Prefix}]}}]}`),
      ),
    ),
    finds: ["which Ingress a/i0 claims too"],
  },
  {
    title: "two HTTPRoutes, one of which names the listener",
    yaml: both(
      gateway("hostname: x"),
      httpRoute("a", "{name: g}", "hostnames: [x], rules: [{}]"),
      httpRoute("b", "{name: g, sectionName: l}", "hostnames: [x], rules: [{}]"),
    ),
    finds: ["which HTTPRoute a claims too"],
  },
  {
    title: "two TCP routes for one host",
    yaml: both(tcp("a", "HostSNI(`x`)", "websecure"), tcp("b", "HostSNI(`X`)", "websecure")),
    finds: ['claims "x" (every connection), which IngressRouteTCP a/a claims too'],
  },
  {
    title: "a rule of which one half holds for every host",
    yaml: route("a", "Host(`x`) || PathPrefix(`/`)"),
    finds: ["answers for every host"],
  },
  { title: "every host but one", yaml: route("a", "!Host(`x`)"), finds: ["answers for every host"] },
  { title: "hosts by a pattern", yaml: route("a", "HostRegexp(`^.+$`)"), finds: ["every host that fits a pattern"] },
  {
    title: "an HTTPRoute for every host",
    yaml: both(gateway(""), httpRoute("a", "{name: g}", "rules: [{backendRefs: [{name: w}]}]")),
    finds: ["answers for every host"],
  },
];
