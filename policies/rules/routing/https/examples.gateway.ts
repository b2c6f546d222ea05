import type { BadExample, Example } from "../../../core/policy";

const SECURE = "{name: https, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: web-tls}]}}";
const PLAIN = "{name: http, port: 80, protocol: HTTP}";
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
    yaml: gateway("{name: tls, port: 8443, protocol: TLS, tls: {mode: Passthrough}}") + route("TCPRoute", `{${HOME}}`, APP),
  },
  {
    title: "a ListenerSet that speaks HTTPS, with its route",
    yaml: set(SECURE) + route("HTTPRoute", `{kind: ListenerSet, ${HOME}}`, APP),
  },
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
    title: "a TCP route to a listener that terminates HTTPS",
    yaml: gateway(SECURE) + route("TCPRoute", `{${HOME}}`, APP),
    finds: ["without TLS through"],
  },
  {
    title: "TCP and UDP routes without their Gateway",
    yaml: route("UDPRoute", "{name: gone}", APP) + route("TCPRoute", "{name: gone}", APP),
    finds: ["routes UDP", "routes TCP to a Gateway that is not"],
  },
  {
    title: "a route whose Gateway nobody can see",
    yaml: route("HTTPRoute", "{name: gone}", APP),
    finds: ['the Gateway "gone" is not among these objects'],
  },
];
