import type { BadExample, Example } from "../../../core/policy";

const ALL = "allowedRoutes: {namespaces: {from: All}}";
const SECURE = `{name: https, port: 443, protocol: HTTPS, ${ALL}, tls: {certificateRefs: [{name: web-tls}]}}`;
const PLAIN = `{name: http, port: 80, protocol: HTTP, ${ALL}}`;
const REDIRECT = "filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]";
const APP = "backendRefs: [{name: web, port: 80}]";

function gateway(listeners: string): string {
  return `{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: home, namespace: edge}, spec: {listeners: [${listeners}]}}`;
}

function route(kind: string, parent: string, rule: string): string {
  return `
---
{apiVersion: gateway.networking.k8s.io/v1, kind: ${kind}, metadata: {name: web, namespace: apps}, spec: {parentRefs: [${parent}], rules: [{${rule}}]}}`;
}

function set(listeners: string): string {
  return gateway(listeners).replace("kind: Gateway", "kind: ListenerSet");
}

const HOME = "name: home, namespace: edge";

/** A Gateway with a listener that speaks HTTPS, and a plain one that redirects. */
function redirecting(plain: string): string {
  const redirect = route("HTTPRoute", `{${HOME}, sectionName: http}`, REDIRECT);
  return `\n---\n${gateway(`${SECURE}, ${plain}`)}${redirect.replace("name: web, namespace: apps", "name: redirect, namespace: edge")}`;
}

export const GOOD_GATEWAYS: Example[] = [
  { title: "a Gateway that speaks HTTPS, with its route", yaml: gateway(SECURE) + route("HTTPRoute", `{${HOME}}`, APP) },
  {
    title: "a plain listener whose only route redirects",
    yaml:
      gateway(`${SECURE}, ${PLAIN}`) +
      route("HTTPRoute", `{${HOME}, sectionName: http}`, REDIRECT) +
      route("HTTPRoute", `{${HOME}, sectionName: https}`, APP).replace(
        "name: web, namespace: apps",
        "name: app, namespace: apps",
      ),
  },
  {
    title: "a listener that passes TLS through, with a TCP route",
    yaml:
      gateway(`{name: tls, port: 8443, protocol: TLS, ${ALL}, tls: {mode: Passthrough}}`) + route("TCPRoute", `{${HOME}}`, APP),
  },
  {
    title: "a ListenerSet that speaks HTTPS, with its route",
    yaml: set(SECURE) + route("HTTPRoute", `{kind: ListenerSet, ${HOME}}`, APP),
  },
  {
    title: "an app beside a plain listener that takes routes of its own namespace alone, as all do that say nothing",
    yaml: redirecting(PLAIN.replace(ALL, "")) + route("HTTPRoute", `{${HOME}}`, APP),
  },
  {
    title: "an app beside a plain listener for other namespaces, by their name and by their labels",
    yaml:
      redirecting(PLAIN.replace("from: All", "from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: edge}}")) +
      redirecting(PLAIN.replace("from: All", "from: Selector, selector: {matchLabels: {plain: allowed}}")).replaceAll(
        "home",
        "other",
      ) +
      "\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: apps, labels: {plain: forbidden}}}" +
      "\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: edge, labels: {plain: allowed}}}" +
      route("HTTPRoute", `{${HOME}}, {name: other, namespace: edge}`, APP),
  },
  {
    title: "an app beside a plain listener for other kinds of routes",
    yaml:
      redirecting(PLAIN.replace("allowedRoutes: {", "allowedRoutes: {kinds: [{kind: HTTPRoute}], ")) +
      route("GRPCRoute", `{${HOME}}`, APP),
  },
  {
    title: "apps beside plain listeners for other hosts",
    yaml:
      redirecting(PLAIN.replace("port: 80", "port: 80, hostname: www.home.arpa")) +
      route("HTTPRoute", `{${HOME}}], hostnames: [app.home.arpa, "*.apps.home.arpa"`, APP),
  },
  {
    title: "SSH, a name server and another allowed port, with their routes",
    yaml:
      gateway(
        `{name: ssh, port: 22, protocol: TCP, ${ALL}}, {name: dns, port: 53, protocol: UDP, ${ALL}}, {name: db, port: 5432, protocol: TCP, ${ALL}}`,
      ) +
      route("TCPRoute", `{${HOME}}`, APP) +
      route("UDPRoute", `{${HOME}}`, APP),
    params: { allowedPorts: ["53/UDP", "5432/TCP"] },
  },
  { title: "a TCP route that no listener takes", yaml: gateway(SECURE) + route("TCPRoute", `{${HOME}}`, APP) },
  { title: "a route of a service mesh", yaml: route("HTTPRoute", "{group: '', kind: Service, name: web}", APP) },
];

export const BAD_GATEWAYS: BadExample[] = [
  { title: "a plain listener that nothing redirects", yaml: gateway(PLAIN), finds: ['listener "http" speaks plain HTTP'] },
  {
    title: "an app on a plain listener",
    yaml: gateway(PLAIN) + route("HTTPRoute", `{${HOME}}`, APP),
    finds: ['without TLS through the listener "http"', 'listener "http" speaks plain HTTP'],
  },
  {
    title: "an app that attaches to the redirecting listener too",
    yaml:
      gateway(`${SECURE}, ${PLAIN}`) +
      route("HTTPRoute", `{${HOME}, sectionName: http}`, REDIRECT) +
      route("HTTPRoute", `{${HOME}}`, APP),
    finds: ['without TLS through the listener "http"'],
  },
  {
    title: "an app on a plain listener that a ListenerSet adds",
    yaml: `${gateway(SECURE)}\n---\n${set(PLAIN)}${route("HTTPRoute", `{kind: ListenerSet, ${HOME}}`, APP)}`,
    finds: ['without TLS through the listener "http"', 'listener "http" speaks plain HTTP'],
  },
  {
    title: "a redirect to plain HTTP",
    yaml: gateway(PLAIN) + route("HTTPRoute", `{${HOME}}`, REDIRECT.replace("https", "http")),
    finds: ["without TLS through", "speaks plain HTTP"],
  },
  {
    title: "a gRPC route on a plain listener found by its port",
    yaml: gateway(`${SECURE}, ${PLAIN}`) + route("GRPCRoute", `{${HOME}, port: 80}`, APP),
    finds: ["without TLS through", "speaks plain HTTP"],
  },
  {
    title: "listeners that speak TCP and UDP, and HTTPS without a certificate",
    yaml: gateway("{name: t, port: 1, protocol: TCP}, {name: u, port: 2, protocol: UDP}, {name: s, port: 3, protocol: HTTPS}"),
    finds: ['"t" speaks TCP', '"u" speaks UDP', '"s" has no certificate'],
  },
  {
    title: "an app on a plain listener for its host",
    yaml:
      gateway(`${SECURE}, ${PLAIN.replace("port: 80", 'port: 80, hostname: "*.home.arpa"')}`) +
      route("HTTPRoute", `{${HOME}}], hostnames: [web.apps.home.arpa`, APP),
    finds: ["without TLS through", "speaks plain HTTP"],
  },
  {
    title: "an app on a plain listener for namespaces with a label that nobody can see",
    yaml:
      gateway(PLAIN.replace("from: All", "from: Selector, selector: {matchExpressions: [{key: plain, operator: Exists}]}")) +
      route("HTTPRoute", `{${HOME}}`, APP),
    finds: ["what labels the namespace apps has", "speaks plain HTTP"],
  },
  {
    title: "TCP and UDP routes without their Gateway, and with one",
    yaml:
      route("UDPRoute", "{name: gone}", APP) +
      `\n---\n${gateway(`{name: u, port: 123, protocol: UDP, ${ALL}}`)}` +
      route("TCPRoute", `{name: gone}, {${HOME}}`, APP) +
      route("UDPRoute", `{${HOME}}`, APP),
    finds: [
      '"u" speaks UDP',
      'the Gateway "gone" is not among these objects',
      'the Gateway "gone" is not among these objects',
      'without TLS through the listener "u"',
    ],
  },
  {
    title: "a route whose Gateway nobody can see",
    yaml: route("HTTPRoute", "{name: gone}", APP),
    finds: ['the Gateway "gone" is not among these objects'],
  },
];
