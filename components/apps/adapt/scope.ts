import { nameOf, type KubeObject } from "./objects";
import type { AdaptSettings } from "./settings";

/* What an app may bring into the cluster, and which ways into it. Pure; every function returns what is wrong. */

const CLUSTER_KINDS = new Set([
  "APIService",
  "CertificateSigningRequest",
  "ClusterIssuer",
  "ClusterRole",
  "ClusterRoleBinding",
  "CSIDriver",
  "CSINode",
  "CustomResourceDefinition",
  "FlowSchema",
  "GatewayClass",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeSnapshotClass",
]);

export function scopeProblems(objects: KubeObject[], { namespace, clusterWide }: AdaptSettings): string[] {
  if (clusterWide) return [];
  const wide = objects.filter(({ kind }) => CLUSTER_KINDS.has(kind) || kind.startsWith("Cluster"));
  const elsewhere = objects.filter(({ metadata }) => metadata.namespace !== undefined && metadata.namespace !== namespace);
  return [
    ...wide.map(
      (object) =>
        `${nameOf(object)} belongs to the whole cluster: switch it off in the values, or allow it with clusterWide: true`,
    ),
    ...elsewhere.map(
      (object) =>
        `${nameOf(object)} goes into the namespace ${object.metadata.namespace}, not ${namespace}: allow it with clusterWide: true`,
    ),
  ];
}

const ROUTE_KINDS = new Set([
  "Gateway",
  "GRPCRoute",
  "HTTPRoute",
  "Ingress",
  "IngressRoute",
  "IngressRouteTCP",
  "IngressRouteUDP",
  "TCPRoute",
  "TLSRoute",
  "UDPRoute",
]);

/** Ways into the app beside the platform's HTTPS route. */
export function wayInProblems(objects: KubeObject[], { nodePorts }: AdaptSettings): string[] {
  return objects.flatMap((object) => {
    if (ROUTE_KINDS.has(object.kind)) {
      return [
        `${nameOf(object)} would be a second way in: switch it off in the values (often ingress.enabled: false) and set route`,
      ];
    }
    const type = object.kind === "Service" ? object.spec?.type : undefined;
    if (type === "LoadBalancer")
      return [`${nameOf(object)} is of type LoadBalancer: set it to ClusterIP in the values, and set route`];
    if (type !== "NodePort") return [];
    const open = (object.spec?.ports ?? []).map(({ nodePort }) => nodePort);
    if (open.every((port) => port !== undefined && nodePorts.includes(port))) return [];
    const ports = open.map((port) => port ?? "one that the cluster chooses").join(", ");
    return [
      `${nameOf(object)} opens a port on every node (${ports}): set it to ClusterIP in the values, or list the port in nodePorts`,
    ];
  });
}

/** A route to a Service that does not exist answers 404 for ever. */
export function serviceProblems(objects: KubeObject[], { services }: AdaptSettings): string[] {
  const rendered = objects.filter(({ kind }) => kind === "Service");
  const known = rendered.map(({ metadata, spec }) => `${metadata.name}:${(spec?.ports ?? []).map(({ port }) => port).join("/")}`);
  return services.flatMap(({ name, port }) => {
    const service = rendered.find(({ metadata }) => metadata.name === name);
    if (service?.spec?.ports?.some((one) => one.port === port)) return [];
    return [`route goes to the Service ${name}, port ${port}, and the chart has ${known.join(", ") || "no Service"}`];
  });
}
