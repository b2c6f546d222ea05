import type { BadExample, Example } from "../../../core/policy";

function route(spec: string, kind = "IngressRoute", apiVersion = "traefik.io/v1alpha1"): string {
  return `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: web, namespace: apps}, spec: ${spec}}`;
}

const APP = "services: [{name: web, port: 80}]";
const NOOP = "services: [{name: noop@internal, kind: TraefikService}]";
const REDIRECT = `
---
{apiVersion: traefik.io/v1alpha1, kind: Middleware, metadata: {name: to-https, namespace: apps}, spec: {redirectScheme: {scheme: https, permanent: true}}}`;
const HEADERS = `
---
{apiVersion: traefik.io/v1alpha1, kind: Middleware, metadata: {name: headers, namespace: apps}, spec: {headers: {frameDeny: true}}}`;

export const GOOD_TRAEFIK: Example[] = [
  {
    title: "an IngressRoute on websecure with a certificate",
    yaml: route(`{entryPoints: [websecure], routes: [{match: 'Host(\`a\`)', ${APP}}], tls: {secretName: a-tls}}`),
  },
  {
    title: "an IngressRoute with a certificate resolver",
    yaml: route(`{entryPoints: [websecure], routes: [{${APP}}], tls: {certResolver: acme}}`),
  },
  {
    title: "a route on web that only redirects",
    yaml: route(`{entryPoints: [web], routes: [{middlewares: [{name: to-https}], ${NOOP}}]}`) + REDIRECT,
  },
  {
    title: "a redirect in another namespace, and one without a service",
    yaml:
      route("{entryPoints: [web], routes: [{middlewares: [{name: to-https, namespace: apps}]}]}").replace(
        "namespace: apps}, spec",
        "namespace: other}, spec",
      ) + REDIRECT,
  },
  {
    title: "an IngressRouteTCP with a certificate, and one that passes TLS through",
    yaml: `${route(`{entryPoints: [postgres], routes: [{${APP}}], tls: {secretName: t}}`, "IngressRouteTCP")}\n---\n${route(`{routes: [{${APP}}], tls: {passthrough: true}}`, "IngressRouteTCP")}`,
  },
  {
    title: "another entry point that the configuration says speaks TLS",
    yaml: route(`{entryPoints: [internal], routes: [{${APP}}], tls: {secretName: a-tls}}`),
    params: { tlsEntryPoints: ["websecure", "internal"] },
  },
  { title: "a route without routes", yaml: route("{}") },
  {
    title: "routes to SSH and to a name server",
    yaml:
      `${route("{entryPoints: [ssh], routes: [{match: 'HostSNI(`*`)', services: [{name: git, port: 22}]}]}", "IngressRouteTCP")}\n---\n` +
      route("{entryPoints: [dns], routes: [{services: [{name: dns, port: 53}]}]}", "IngressRouteUDP"),
  },
];

export const BAD_TRAEFIK: BadExample[] = [
  {
    title: "an app on web",
    yaml: route(`{entryPoints: [web], routes: [{${APP}}]}`),
    finds: ['entry point "web", which has no TLS, and serves "web"'],
  },
  {
    title: "an app on web and websecure",
    yaml: route(`{entryPoints: [web, websecure], routes: [{${APP}}], tls: {secretName: t}}`),
    finds: ['entry point "web"'],
  },
  {
    title: "an app on web under the old API group",
    yaml: route(`{entryPoints: [web], routes: [{${APP}}]}`, "IngressRoute", "traefik.containo.us/v1alpha1"),
    finds: ['entry point "web"'],
  },
  {
    title: "a route that names no entry point",
    yaml: route(`{routes: [{${APP}}], tls: {secretName: t}}`),
    finds: ["names no entry point"],
  },
  {
    title: "websecure without a certificate",
    yaml: route(`{entryPoints: [websecure], routes: [{${APP}}]}`),
    finds: ["has no certificate of its own"],
  },
  {
    title: "websecure with an empty tls",
    yaml: route(`{entryPoints: [websecure], routes: [{${APP}}], tls: {}}`),
    finds: ["has no certificate of its own"],
  },
  {
    title: "a redirect in front of a real app on web",
    yaml: route(`{entryPoints: [web], routes: [{middlewares: [{name: to-https}], ${APP}}]}`) + REDIRECT,
    finds: ['and serves "web"'],
  },
  {
    title: "nothing but a dead end on web",
    yaml: route(`{entryPoints: [web], routes: [{${NOOP}}]}`),
    finds: ["and has no redirect"],
  },
  {
    title: "a middleware on web that is no redirect",
    yaml: route(`{entryPoints: [web], routes: [{middlewares: [{name: headers}], ${NOOP}}]}`) + HEADERS,
    finds: ['first middleware "headers" does not redirect'],
  },
  {
    title: "a redirect that nobody can see",
    yaml: route(`{entryPoints: [web], routes: [{middlewares: [{name: gone}], ${NOOP}}]}`),
    finds: ['the middleware "gone" is not among these objects'],
  },
  {
    title: "TCP without TLS",
    yaml: route(`{entryPoints: [postgres], routes: [{${APP}}]}`, "IngressRouteTCP"),
    finds: ["routes TCP without TLS"],
  },
  {
    title: "UDP and TCP to ports, one of which needs TLS",
    yaml:
      `${route("{entryPoints: [udp], routes: [{services: [{name: dns, port: 53}, {name: web, port: 80}]}]}", "IngressRouteUDP")}\n---\n` +
      route(
        "{entryPoints: [ssh], routes: [{match: 'HostSNI(`*`)', services: [{name: git, port: 22}]}, {services: []}]}",
        "IngressRouteTCP",
      ),
    finds: ["routes UDP", "routes TCP"],
  },
  { title: "UDP", yaml: route(`{entryPoints: [udp], routes: [{${APP}}]}`, "IngressRouteUDP"), finds: ["routes UDP"] },
];
