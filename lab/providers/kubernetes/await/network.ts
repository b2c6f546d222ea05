/** Services and Ingresses: something must answer behind them. */
import { ApiError } from "../errors";
import { at, list, namespaceOf, nameOf, text, type KubeObject } from "../objects";
import { isMap } from "../values";
import { READY, waiting, type CheckContext, type Verdict } from "./condition";

const ENDPOINT_SLICE = { group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice" };
/** How long a Service that no pod belongs to is given for one to appear, in milliseconds. */
const SETTLE = 10_000;

export interface Endpoints {
  ready: number;
  notReady: number;
}

export async function checkService(service: KubeObject, context: CheckContext): Promise<Verdict> {
  const type = text(service, "spec", "type");
  if (type === "LoadBalancer" && list(service, "status", "loadBalancer", "ingress").length === 0) {
    return waiting("the Service to get an address", [
      "Service was not allocated an IP address; does your cloud provider support this?",
    ]);
  }
  if (!hasEndpoints(service)) return READY;
  return endpointsVerdict(await endpointsOf(service, context), context.waited);
}

/** Services without a selector, without an address, or that are only an alias have no endpoints of their own. */
export function hasEndpoints(service: KubeObject): boolean {
  const selector = at(service, "spec", "selector");
  return (
    text(service, "spec", "type") !== "ExternalName" &&
    text(service, "spec", "clusterIP") !== "None" &&
    isMap(selector) &&
    Object.keys(selector).length > 0
  );
}

/** Ready when all pods behind it are; a Service that no pod belongs to is let go after a while. */
export function endpointsVerdict({ ready, notReady }: Endpoints, waited: number): Verdict {
  if (notReady === 0 && (ready > 0 || waited >= SETTLE)) return READY;
  return waiting(`the Pods to direct traffic to (${ready}/${ready + notReady} ready)`, [
    "Service does not target any ready Pods. Selected Pods may not be ready, or field '.spec.selector' may not " +
      "match labels on any Pods",
  ]);
}

async function endpointsOf(service: KubeObject, { cluster, signal }: CheckContext): Promise<Endpoints> {
  const label = `kubernetes.io/service-name=${nameOf(service)}`;
  return countEndpoints(await cluster.list(ENDPOINT_SLICE, namespaceOf(service), label, signal));
}

export function countEndpoints(slices: KubeObject[]): Endpoints {
  const endpoints = slices.flatMap((slice) => list(slice, "endpoints"));
  const isReady = (endpoint: (typeof endpoints)[number]): boolean => at(endpoint, "conditions", "ready") !== false;
  // Pods on their way out still show up; they are no reason to wait.
  const staying = endpoints.filter((endpoint) => at(endpoint, "conditions", "terminating") !== true);
  return {
    ready: staying.filter(isReady).length,
    notReady: staying.filter((endpoint) => !isReady(endpoint)).length,
  };
}

export async function checkIngress(ingress: KubeObject, context: CheckContext): Promise<Verdict> {
  const problems: string[] = [];
  for (const name of backendsOf(ingress)) {
    const problem = await backendProblem(name);
    if (problem !== undefined) problems.push(problem);
  }
  if (list(ingress, "status", "loadBalancer", "ingress").length === 0) {
    problems.push("Ingress .status.loadBalancer field was not updated with a hostname/IP address.");
  }
  return problems.length === 0 ? READY : waiting("the Ingress to route", problems);

  async function backendProblem(name: string): Promise<string | undefined> {
    try {
      const reference = { apiVersion: "v1", kind: "Service", metadata: { name, namespace: namespaceOf(ingress) } };
      const service = await context.cluster.get(reference, context.signal);
      if (!hasEndpoints(service) || (await endpointsOf(service, context)).ready > 0) return undefined;
      return `the Service "${name}" of a rule has no ready endpoint`;
    } catch (error) {
      if (error instanceof ApiError && error.notFound) return `the Service "${name}" of a rule does not exist`;
      throw error;
    }
  }
}

/** Names of the Services that an Ingress' rules and its default lead to. */
export function backendsOf(ingress: KubeObject): string[] {
  const paths = list(ingress, "spec", "rules").flatMap((rule) => list(rule, "http", "paths"));
  const names = paths.map((path) => text(path, "backend", "service", "name"));
  names.push(text(ingress, "spec", "defaultBackend", "service", "name"));
  return [...new Set(names.filter((name) => name !== ""))];
}
