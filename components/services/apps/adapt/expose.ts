import { exposedName, meansPort, portKey } from "../../../../kubernetes/exposed";
import { nameOf, type KubeObject, type ServicePort } from "./objects";
import type { AdaptSettings } from "./settings";

/*
 * Ports that are reached from outside without an HTTPS route, as `expose` declares them. The chart's Service stays inside the cluster, all
 * its ports with it; beside it a Service with the declared ports alone is opened, and a NetworkPolicy lets the outside through to them.
 */

type Exposure = AdaptSettings["expose"][number];

export interface Exposed {
  /** A Service and a NetworkPolicy for each declaration. */
  added: KubeObject[];
  problems: string[];
}

/** Closes the Services of the chart that are declared, and makes what opens them. Changes the objects it is given. */
export function expose(objects: KubeObject[], settings: AdaptSettings): Exposed {
  const parts = settings.expose.map((exposure): Exposed => {
    const service = servicesOf(objects, settings).find(({ metadata }) => metadata.name === exposure.service);
    const problems =
      service === undefined ? [unknownService(exposure, objects, settings)] : problemsOf(service, exposure, objects);
    if (service === undefined || problems.length > 0) return { added: [], problems };
    const opened = openService(service, exposure);
    closeService(service);
    return { added: [opened, networkPolicy(opened, exposure, settings)], problems: [] };
  });
  return { added: parts.flatMap(({ added }) => added), problems: parts.flatMap(({ problems }) => problems) };
}

function servicesOf(objects: KubeObject[], { namespace }: AdaptSettings): KubeObject[] {
  return objects.filter(({ kind, metadata }) => kind === "Service" && (metadata.namespace ?? namespace) === namespace);
}

function unknownService({ service }: Exposure, objects: KubeObject[], settings: AdaptSettings): string {
  const known = servicesOf(objects, settings).map((one) => `${one.metadata.name} (${portsOf(one)})`);
  return `expose names the Service ${service}, and the chart has ${known.join(", ") || "no Service"}`;
}

function problemsOf(service: KubeObject, { ports }: Exposure, objects: KubeObject[]): string[] {
  const { metadata, spec } = service;
  const missing = ports.filter((declared) => !(spec?.ports ?? []).some((port) => meansPort(declared, port)));
  const name = exposedName(metadata.name);
  const taken = objects.find((one) => ["NetworkPolicy", "Service"].includes(one.kind) && one.metadata.name === name);
  return [
    ...missing.map(
      (declared) => `expose names the port ${declared} of the Service ${metadata.name}, which has ${portsOf(service)}`,
    ),
    ...(Object.keys(spec?.selector ?? {}).length > 0
      ? []
      : [`${nameOf(service)} selects no pods, so expose has nothing to open: name the Service of the program itself`]),
    ...(taken === undefined ? [] : [`${nameOf(taken)} has the name that expose needs: give it another one in the values`]),
    ...(name.length <= 63 ? [] : [`${nameOf(service)} cannot be exposed: its name has more than 55 characters`]),
  ];
}

/** `mqtt 1883/tcp, 9001/tcp` */
export function portsOf({ spec }: KubeObject): string {
  return (spec?.ports ?? []).map((port) => `${port.name ? `${port.name} ` : ""}${portKey(port)}`).join(", ") || "no ports";
}

/** What only a Service that is reached from outside has. */
const OUTSIDE = [
  "allocateLoadBalancerNodePorts",
  "externalIPs",
  "externalTrafficPolicy",
  "healthCheckNodePort",
  "loadBalancerClass",
  "loadBalancerIP",
  "loadBalancerSourceRanges",
];

function closeService({ spec }: KubeObject): void {
  if (spec === undefined) return;
  for (const field of OUTSIDE) delete spec[field];
  if (spec.type !== undefined) spec.type = "ClusterIP";
  spec.ports = spec.ports?.map(({ nodePort: _nodePort, ...port }) => port);
}

/** As the chart has it, with what a load balancer of the cluster reads there; without an address, which the chart's own has. */
function openService(service: KubeObject, { ports, type, allowedRanges }: Exposure): KubeObject {
  const { clusterIP: _address, clusterIPs: _addresses, externalIPs: _external, ...spec } = structuredClone(service.spec ?? {});
  const chosen = type ?? (spec.type === "NodePort" ? "NodePort" : "LoadBalancer");
  const bounded = allowedRanges.length > 0;
  return {
    ...structuredClone(service),
    metadata: { ...structuredClone(service.metadata), name: exposedName(service.metadata.name) },
    spec: {
      ...spec,
      type: chosen,
      ports: (spec.ports ?? []).filter((port) => ports.some((declared) => meansPort(declared, port))),
      // Where a node passes a request on under its own address, nobody behind it knows whom the ranges are about.
      ...(bounded ? { externalTrafficPolicy: "Local" } : {}),
      ...(bounded && chosen === "LoadBalancer" ? { loadBalancerSourceRanges: allowedRanges } : {}),
    },
  };
}

/** From anywhere, or from the ranges, to the ports on which the pods listen. */
function networkPolicy({ metadata, spec }: KubeObject, exposure: Exposure, settings: AdaptSettings): KubeObject {
  const { allowedRanges, service } = exposure;
  const from = [
    ...allowedRanges.map((cidr) => ({ ipBlock: { cidr } })),
    ...(spec?.type === "LoadBalancer" ? [serviceLoadBalancer(service, settings)] : []),
  ];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: metadata.name, namespace: settings.namespace, labels: metadata.labels },
    spec: {
      podSelector: { matchLabels: spec?.selector },
      policyTypes: ["Ingress"],
      ingress: [{ ...(allowedRanges.length > 0 ? { from } : {}), ports: (spec?.ports ?? []).map(podPort) }],
    },
  };
}

function podPort({ port, targetPort, protocol = "TCP" }: ServicePort): object {
  return { protocol, port: targetPort ?? port };
}

/**
 * The pods of K3s' ServiceLB, which hold the port on the nodes. Requests to a node's own address do not pass through them; those to an
 * address that a router in front translates do, and they ask the ranges before they pass a request on under their own address.
 */
function serviceLoadBalancer(service: string, { namespace }: AdaptSettings): object {
  const matchLabels = {
    "svccontroller.k3s.cattle.io/svcname": exposedName(service),
    "svccontroller.k3s.cattle.io/svcnamespace": namespace,
  };
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
    podSelector: { matchLabels },
  };
}
