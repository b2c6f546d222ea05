import type { BadExample, Example } from "../../../core/policy";
import { BAD_GATEWAYS, GOOD_GATEWAYS } from "./examples.gateway";
import { BAD_TRAEFIK, GOOD_TRAEFIK } from "./examples.traefik";

function ingress(spec: string, annotations = "{}"): string {
  return `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: apps, annotations: ${annotations}}
spec: ${spec}`;
}

function service(spec: string): string {
  return `{apiVersion: v1, kind: Service, metadata: {name: web, namespace: apps}, spec: ${spec}}`;
}

function pod(spec: string): string {
  return `{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: apps}, spec: ${spec}}`;
}

const TLS = "tls: [{hosts: [web.home.arpa], secretName: web-tls}]";
const RULES = "rules: [{host: web.home.arpa}]";

export const good: Example[] = [
  { title: "an Ingress with TLS for its host", yaml: ingress(`{${TLS}, ${RULES}}`) },
  {
    title: "an Ingress whose host a wildcard certificate covers",
    yaml: ingress("{tls: [{hosts: ['*.home.arpa'], secretName: t}], rules: [{host: web.home.arpa}]}"),
  },
  { title: "an Ingress whose one certificate is for all hosts", yaml: ingress(`{tls: [{secretName: t}], ${RULES}}`) },
  {
    title: "an Ingress of Traefik on websecure",
    yaml: ingress(
      `{ingressClassName: traefik, ${TLS}, ${RULES}}`,
      "{traefik.ingress.kubernetes.io/router.entrypoints: websecure}",
    ),
  },
  { title: "an Ingress that serves nothing", yaml: ingress("{}") },
  { title: "a Service inside the cluster", yaml: service("{ports: [{port: 80}]}") },
  {
    title: "a headless Service and an alias",
    yaml: `${service("{clusterIP: None, ports: [{port: 80}]}")}\n---\n${service("{type: ExternalName, externalName: other.home.arpa}")}`,
  },
  {
    title: "a LoadBalancer whose only port is named https",
    yaml: service("{type: LoadBalancer, ports: [{port: 443, name: https}]}"),
  },
  {
    title: "a NodePort whose ports say TLS in their names or appProtocol",
    yaml: service(
      "{type: NodePort, ports: [{port: 1, name: websecure}, {port: 2, name: x, appProtocol: tls}, {port: 3, name: https-ui}]}",
    ),
  },
  {
    title: "a name server",
    yaml: service(
      "{type: LoadBalancer, ports: [{port: 53, protocol: UDP, name: dns}, {port: 53, protocol: TCP, name: dns-tcp}]}",
    ),
  },
  {
    title: "container ports that stay in the pod's own network",
    yaml: pod("{containers: [{name: a, ports: [{containerPort: 80}]}]}"),
  },
  {
    title: "a host port on the node's loopback address only",
    yaml: pod("{containers: [{name: a, ports: [{containerPort: 80, hostPort: 80, hostIP: 127.0.0.1}]}]}"),
  },
  {
    title: "protocols that encrypt by themselves, by their ports and by their names",
    yaml: service(
      "{type: LoadBalancer, ports: [{port: 22}, {port: 51820, protocol: UDP}, {port: 443, protocol: UDP}, {port: 8883}, {port: 2222, name: ssh}, {port: 8853, name: dot-alt}]}",
    ),
  },
  {
    title: "a host port that speaks TLS",
    yaml: pod("{containers: [{name: a, ports: [{containerPort: 443, hostPort: 443, name: https}]}]}"),
  },
  ...GOOD_TRAEFIK,
  ...GOOD_GATEWAYS,
];

export const bad: BadExample[] = [
  { title: "an Ingress without TLS", yaml: ingress(`{${RULES}}`), finds: ["has no tls"] },
  {
    title: "an Ingress of the old API without TLS",
    yaml: ingress(`{${RULES}}`).replace("networking.k8s.io/v1", "extensions/v1beta1"),
    finds: ["has no tls"],
  },
  {
    title: "an Ingress that is only a default backend",
    yaml: ingress("{defaultBackend: {service: {name: web}}}"),
    finds: ["has no tls"],
  },
  {
    title: "an Ingress with a host outside its TLS hosts",
    yaml: ingress(`{${TLS}, rules: [{host: web.home.arpa}, {host: other.home.arpa}]}`),
    finds: ['serves "other.home.arpa" outside its tls hosts'],
  },
  {
    title: "a wildcard certificate two labels away",
    yaml: ingress("{tls: [{hosts: ['*.home.arpa'], secretName: t}], rules: [{host: a.b.home.arpa}]}"),
    finds: ["outside its tls hosts"],
  },
  {
    title: "a default backend beside a host with TLS",
    yaml: ingress(`{${TLS}, ${RULES}, defaultBackend: {service: {name: web}}}`),
    finds: ["has a default backend, which answers for every host"],
  },
  { title: "an Ingress rule for every host", yaml: ingress(`{${TLS}, rules: [{http: {paths: []}}]}`), finds: ["for every host"] },
  {
    title: "a TLS entry without a secret",
    yaml: ingress(`{tls: [{hosts: [web.home.arpa]}], ${RULES}}`),
    finds: ["without a secret"],
  },
  {
    title: "annotations that open the plain door",
    yaml: ingress(
      `{${TLS}, ${RULES}}`,
      "{traefik.ingress.kubernetes.io/router.entrypoints: 'web,websecure', kubernetes.io/ingress.allow-http: 'true', nginx.ingress.kubernetes.io/ssl-redirect: 'false'}",
    ),
    finds: ['entry point "web"', "allows plain HTTP by annotation", "switches the redirect to HTTPS off"],
  },
  {
    title: "an Ingress of Traefik that names no entry point",
    yaml: ingress(`{ingressClassName: traefik, ${TLS}, ${RULES}}`),
    finds: ["names no entry point"],
  },
  {
    title: "the plain kin of protocols that encrypt",
    yaml: service("{type: LoadBalancer, ports: [{port: 1883, name: mqtt}, {port: 22, protocol: UDP}, {port: 5060, name: sip}]}"),
    finds: ["port 1883", "port 22", "port 5060"],
  },
  {
    title: "a LoadBalancer with a plain port",
    yaml: service("{type: LoadBalancer, ports: [{port: 80, name: web}, {port: 443, name: websecure}]}"),
    finds: ['type LoadBalancer exposes port 80 ("web")'],
  },
  {
    title: "a NodePort with a plain port",
    yaml: service("{type: NodePort, ports: [{port: 5000, nodePort: 30500}]}"),
    finds: ["type NodePort exposes port 5000 without TLS"],
  },
  {
    title: "a Service with external addresses",
    yaml: service("{externalIPs: [192.0.2.7], ports: [{port: 8080, name: http}]}"),
    finds: ["externalIPs exposes port 8080"],
  },
  {
    title: "a plain host port",
    yaml: pod("{containers: [{name: a, ports: [{containerPort: 80, hostPort: 8080}]}]}"),
    finds: ['container "a" opens port 8080 on the node'],
  },
  {
    title: "plain ports of a pod in the node's network",
    yaml: pod(
      "{hostNetwork: true, initContainers: [{name: i, ports: [{containerPort: 81}]}], containers: [{name: a, ports: [{containerPort: 80}]}]}",
    ),
    finds: ["opens port 81", "opens port 80"],
  },
  ...BAD_TRAEFIK,
  ...BAD_GATEWAYS,
];
