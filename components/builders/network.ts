import type * as k8s from "@pulumi/kubernetes";
import type { Labels } from "./labels";

export type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type Port = k8s.types.input.networking.v1.NetworkPolicyPort;
type EgressRule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;

/** Pods of one namespace (all of them, or those with `podLabels`). The API server itself sets the label it is found by. */
export function namespacePeer(namespace: string, podLabels?: Labels): Peer {
  const peer: Peer = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
  return podLabels === undefined ? peer : { ...peer, podSelector: { matchLabels: podLabels } };
}

/** Pods with these labels in the policy's own namespace; no labels: all of them. */
export function podPeer(podLabels: Labels = {}): Peer {
  return { podSelector: { matchLabels: podLabels } };
}

/**
 * Where Traefik's requests come from: the pods of its namespace, and the addresses of nodes in whose network it runs, where its pods
 * have none of their own.
 */
export function routerPeers(traefikNamespace: string, addresses: readonly string[] = []): Peer[] {
  return [namespacePeer(traefikNamespace), ...addresses.map((cidr) => ({ ipBlock: { cidr } }))];
}

/** A port as the pod sees it: network policies never look at a Service's port. */
export function tcp(port: number): Port {
  return { protocol: "TCP", port };
}

/** Name lookups at the cluster's DNS, which carries this label in K3s, kind and kubeadm alike. */
export function dnsEgress(): EgressRule {
  return {
    to: [namespacePeer("kube-system", { "k8s-app": "kube-dns" })],
    ports: [{ protocol: "UDP", port: 53 }, tcp(53)],
  };
}
