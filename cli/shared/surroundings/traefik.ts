/** What a stack asks of Traefik, beside the Traefik that there is. Pure. */
import { factsOf } from "../../../components/services/facts";
import { partOf } from "../../../components/builders/labels";
import type { PlatformConfig } from "../../../components/configuration";
import type { Finding, Found, NodeObject, Surroundings, TraefikObject } from "./types";

/** The name that the platform's own Service before Traefik has (components/blocks/routing/traefik.ts). */
const OWN_SERVICE = "homelab-https";

/** Whether this stack wrote an object, by the label that all of its objects have. */
const isOurs = ({ metadata }: Found) => metadata.labels?.["app.kubernetes.io/part-of"] === partOf;

/** @param kubectl kubectl with what it needs to reach the cluster */
export function judgeTraefik(config: PlatformConfig, around: Surroundings, kubectl: string): Finding[] {
  const { traefikNamespace: namespace } = config.routing;
  if (factsOf(config).routed.length === 0 || !there("Namespace", namespace, around)) return tuning(config, around);
  const pods = around.traefik.filter(({ kind }) => kind === "Pod");
  if (pods.length === 0) {
    const what =
      `runs no pod with the label app.kubernetes.io/name=traefik (homelab:routing.traefikNamespace): the routes let in nobody else, and ` +
      `every request ends with 504. ${kubectl} get pods -A -l app.kubernetes.io/name=traefik`;
    return [{ verdict: "warning", kind: "Namespace", object: namespace, what }, ...tuning(config, around)];
  }
  return [
    ...entryPoints(config, pods),
    ...watched(config, pods),
    ...hostNetwork(config, pods, around.nodes),
    ...senders(config, pods, around, kubectl),
    ...tuning(config, around),
  ];
}

const there = (kind: string, name: string, { found }: Surroundings) =>
  found.some((one) => one.kind === kind && one.metadata.name === name);

const argumentsOf = ({ spec }: TraefikObject) => (spec?.containers ?? []).flatMap(({ args = [] }) => args);

/** The values of a setting of Traefik, whose names it reads without regard to case. */
function settings(pods: readonly TraefikObject[], name: RegExp): string[][] {
  return pods.flatMap(argumentsOf).flatMap((argument) => {
    const [, key = "", value = "true"] = /^--([^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    const found = name.exec(key);
    return found ? [[...found.slice(1), value]] : [];
  });
}

function podFinding([pod]: readonly TraefikObject[], what: string): Finding {
  const { namespace, name } = pod!.metadata;
  return { verdict: "warning", kind: "Pod", object: `${namespace}/${name}`, what };
}

function entryPoints({ routing }: PlatformConfig, pods: readonly TraefikObject[]): Finding[] {
  const known = [...new Set(settings(pods, /^entrypoints\.([^.]+)\.address$/i).map(([name]) => name!))];
  if (known.length === 0) return [];
  return (["entryPoint", "plainEntryPoint"] as const)
    .filter((key) => !known.some((name) => name.toLowerCase() === routing[key].toLowerCase()))
    .map((key) =>
      podFinding(
        pods,
        `has no entry point ${routing[key]} (homelab:routing.${key}), so the routes there are served nowhere. It has ${known.join(", ")}`,
      ),
    );
}

/** Routes that Traefik was told not to look at. */
function watched(config: PlatformConfig, pods: readonly TraefikObject[]): Finding[] {
  const classes = settings(pods, /^providers\.kubernetescrd\.ingressclass$/i).map(([value]) => value!);
  const lists = settings(pods, /^providers\.kubernetescrd\.namespaces$/i).map(([value]) => value!);
  const watchedNamespaces = lists.flatMap((list) => list.split(","));
  const unseen = lists.length === 0 ? [] : factsOf(config).routed.filter((namespace) => !watchedNamespaces.includes(namespace));
  return [
    ...(classes.length === 0
      ? []
      : [
          podFinding(
            pods,
            `reads only routes of the class ${classes[0]}, which the platform's have not: take providers.kubernetesCRD.ingressClass out of Traefik's settings`,
          ),
        ]),
    ...(unseen.length === 0
      ? []
      : [
          podFinding(
            pods,
            `looks for routes in ${watchedNamespaces.join(", ")} alone: add ${unseen.join(", ")} to providers.kubernetesCRD.namespaces of Traefik's settings`,
          ),
        ]),
  ];
}

/**
 * Pods in the node's network have no address of a namespace. A node's own traffic reaches its own pods whatever policies say, because
 * probes have to (kube-router, Calico and Cilium alike); that of another node comes under an address that no policy knows.
 */
function hostNetwork({ routing }: PlatformConfig, pods: readonly TraefikObject[], nodes: readonly NodeObject[]): Finding[] {
  if (routing.traefikAddresses.length > 0 || nodes.length < 2 || !pods.some(({ spec }) => spec?.hostNetwork)) return [];
  return [
    podFinding(
      pods,
      "runs in its node's network, and the routes' policies let in the pods of its namespace: requests to pods on other nodes end with 504. " +
        `Set homelab:routing.traefikAddresses: [${nodes.flatMap(addressesOf).join(", ")}]`,
    ),
  ];
}

/** Under which a node's requests reach pods of others: its own, and the first two of its pods' range (bridge and tunnel, as flannel has it). */
function addressesOf({ spec, status }: NodeObject): string[] {
  const own = (status?.addresses ?? []).filter(({ type }) => type === "InternalIP").map(({ address }) => address);
  const ranges = spec?.podCIDRs ?? (spec?.podCIDR === undefined ? [] : [spec.podCIDR]);
  return [
    ...own.map((address) => `${address}/${address.includes(":") ? 128 : 32}`),
    ...ranges.map((range) => range.replace(/\/\d+$/, range.includes(":") ? "/127" : "/31")),
  ];
}

/** Services that hide from Traefik who asks, where ranges are asked for. */
function senders(config: PlatformConfig, pods: readonly TraefikObject[], around: Surroundings, kubectl: string): Finding[] {
  if (
    !factsOf(config).hosts.some(({ limited }) => limited) ||
    settings(pods, /^entrypoints\.[^.]+\.proxyprotocol\./i).length > 0
  ) {
    return [];
  }
  const hiding = around.traefik.filter(
    ({ kind, metadata, spec }) =>
      kind === "Service" &&
      metadata.name !== OWN_SERVICE &&
      (spec?.type === "LoadBalancer" || spec?.type === "NodePort") &&
      spec.externalTrafficPolicy !== "Local",
  );
  if (hiding.length === 0 || config.routing.tuneTraefik) return [];
  return hiding.map(({ metadata: { namespace, name } }) => ({
    verdict: "warning",
    kind: "Service",
    object: `${namespace}/${name}`,
    what:
      "has externalTrafficPolicy: Cluster, so Traefik sees an address of the cluster in place of who asks: the allowed ranges " +
      "(homelab:routing.allowedRanges and the like) turn everybody away, and a range with the cluster's addresses lets everybody in. " +
      (around.k3s
        ? "Set homelab:routing.tuneTraefik: true, which sets it to Local"
        : `Set service.spec.externalTrafficPolicy: Local in the values of Traefik's chart (${kubectl} -n ${namespace} patch service ${name} ` +
          `-p '{"spec":{"externalTrafficPolicy":"Local"}}' until its next upgrade)`) +
      "; then only nodes on which Traefik runs answer",
  }));
}

/** What K3s's own Traefik is told, where it is not there or somebody else tells it already. */
function tuning({ routing }: PlatformConfig, { k3s, tuned }: Surroundings): Finding[] {
  if (!routing.tuneTraefik) return [];
  const about = { kind: "HelmChartConfig", object: "kube-system/traefik" };
  if (tuned !== undefined && !isOurs(tuned)) {
    return [
      {
        ...about,
        verdict: "refused",
        what:
          "is there already and not this stack's, and homelab:routing.tuneTraefik would write over it: switch tuneTraefik off, and add to yours " +
          "ports.websecure.transport.respondingTimeouts.readTimeout: 600s",
      },
    ];
  }
  if (k3s === false) {
    return [
      {
        ...about,
        verdict: "warning",
        what:
          "has no effect (homelab:routing.tuneTraefik): K3s runs no Traefik of its own here (HelmChart kube-system/traefik is missing). " +
          "Switch tuneTraefik off, and set ports.websecure.transport.respondingTimeouts.readTimeout: 600s in your Traefik's values",
      },
    ];
  }
  return [];
}
