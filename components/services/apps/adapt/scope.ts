import { portKey } from "../../../../kubernetes/exposed";
import { groupOf, scopeOf, type Scope } from "../../../../kubernetes/kinds";
import { nameOf, type KubeObject } from "./objects";
import type { AdaptSettings } from "./settings";

/* What an app may bring into the cluster, and which ways into it. Pure; every function returns what is wrong. */

/** What a chart brings that is not its namespace's own. A kind that nobody here knows may belong to the whole cluster. */
export function scopeProblems(
  objects: KubeObject[],
  { namespace, clusterWide, scopes }: AdaptSettings,
  others: KubeObject[] = [],
): string[] {
  if (clusterWide) return [];
  return objects.flatMap((object) => {
    const { apiVersion, kind, metadata } = object;
    const known = `${groupOf(apiVersion)}/${kind}`;
    const ofCluster = scopes !== undefined && Object.hasOwn(scopes, known) ? scopes[known] : undefined;
    const scope = scopeOf(apiVersion, kind) ?? ofCluster ?? scopeByDefinition(object, [...objects, ...others]);
    if (scope === "Cluster") {
      return [`${nameOf(object)} belongs to the whole cluster: switch it off in the values, or allow it with clusterWide: true`];
    }
    if (scope === undefined) {
      return [
        `${nameOf(object)} is of the group ${groupOf(apiVersion)}, and whether it belongs to the whole cluster is not known: no definition of ` +
          `the chart says it, and ${scopes === undefined ? "no cluster answers that could" : "the cluster has no such kind"}. ` +
          "Switch it off in the values, install what defines it first, or allow it with clusterWide: true",
      ];
    }
    if (metadata.namespace === undefined || metadata.namespace === namespace) return [];
    return [`${nameOf(object)} goes into the namespace ${metadata.namespace}, not ${namespace}: allow it with clusterWide: true`];
  });
}

interface Definition {
  group?: string;
  scope?: string;
  names?: { kind?: string };
}

/** The scope that a definition among the chart's own objects gives a kind. */
function scopeByDefinition({ apiVersion, kind }: KubeObject, objects: KubeObject[]): Scope | undefined {
  const definitions = objects
    .filter((object) => object.kind === "CustomResourceDefinition")
    .map(({ spec }) => spec as Definition);
  const own = definitions.find((definition) => definition?.group === groupOf(apiVersion) && definition.names?.kind === kind);
  return own?.scope === "Cluster" || own?.scope === "Namespaced" ? own.scope : undefined;
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

/** Ways into the app beside the platform's HTTPS route that nobody declared; those that can be are shown as they are declared. */
export function wayInProblems(objects: KubeObject[], declarable = true): string[] {
  return objects.flatMap((object) => {
    if (ROUTE_KINDS.has(object.kind)) {
      return [
        `${nameOf(object)} would be a second way in: switch it off in the values (often ingress.enabled: false) and set route`,
      ];
    }
    const opening = object.kind === "Service" ? openingOf(object) : undefined;
    if (opening === undefined) return [];
    return [
      `${nameOf(object)} ${opening}: set it to ClusterIP in the values, and set route${declarable ? declaration(object) : ""}`,
    ];
  });
}

/** How a Service is reached from outside, or undefined. */
function openingOf({ spec }: KubeObject): string | undefined {
  if (spec?.type === "LoadBalancer") return "is of type LoadBalancer";
  if (spec?.type === "NodePort") {
    const ports = (spec.ports ?? []).map(({ nodePort }) => nodePort ?? "one that the cluster chooses");
    return `opens a port on every node (${ports.join(", ")})`;
  }
  return Array.isArray(spec?.externalIPs) && spec.externalIPs.length > 0
    ? "takes an address of its own (externalIPs)"
    : undefined;
}

function declaration({ metadata, spec }: KubeObject): string {
  const ports = (spec?.ports ?? []).map((port) => port.name ?? portKey(port)).join(", ");
  return `; or, for what is not HTTP, declare it: expose: [{ service: ${metadata.name}, ports: [${ports}], reason: ... }]`;
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
