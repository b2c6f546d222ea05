import type * as k8s from "@pulumi/kubernetes";
import type { Egress } from "../../config/types";
import { dnsEgress, partOf, tcp, type Peer } from "../../builders";

type EgressRule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;

/** Addresses that are no Internet: the home's, the cluster's and the node's own, one's own, and those of many at once. */
const NOT_INTERNET = {
  "0.0.0.0/0": [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
  ],
  "::/0": ["::1/128", "fc00::/7", "fe80::/10", "ff00::/8"],
};

/** Where Traefik's pods listen for HTTP and HTTPS, and K3s's load balancer before them: policies look at a pod's port. */
const WEB_PORTS = [80, 443, 8000, 8443];

/**
 * Where the pods of an app's namespace may turn to; undefined where nothing is closed. What each namespace of the platform lets in,
 * it says itself, by the policies of its own.
 */
export function appEgress(egress: Egress, routerPeers: Peer[]): EgressRule[] | undefined {
  if (egress === "open") return undefined;
  const platform: EgressRule[] = [
    dnsEgress(),
    { to: [{ namespaceSelector: { matchLabels: { "app.kubernetes.io/part-of": partOf } } }] },
    { to: routerPeers, ports: WEB_PORTS.map(tcp) },
  ];
  const internet = Object.entries(NOT_INTERNET).map(([cidr, except]) => ({ ipBlock: { cidr, except } }));
  return egress === "internet" ? [...platform, { to: internet }] : platform;
}
