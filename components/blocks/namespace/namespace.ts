import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type { Egress, Protection, QuotaConfig } from "../../config/types";
import {
  after,
  childOf,
  dnsEgress,
  labels,
  podPeer,
  podSecurityLabels,
  protectionOptions,
  type Peer,
  type PodSecurityLevel,
} from "../../builders";
import { appEgress } from "./egress";
import { quotaLimits } from "./quota";

export interface NamespaceArgs {
  name: string;
  podSecurity: PodSecurityLevel;
  quota?: QuotaConfig;
  /**
   * `closed`: no traffic in or out but name lookups, and no Service with a port of its own on the nodes; whoever runs
   * in it opens what it needs with policies of its own.
   * `apps`: pods talk to each other, and `routerPeers` reach them; other namespaces do not. Where they turn to, `egress` says.
   */
  traffic: "closed" | "apps";
  /** Of `apps`. Default `open`. */
  egress?: Egress;
  /** In a closed namespace too, let Services have a port of their own on the nodes. */
  ownPorts?: boolean;
  /** Where Traefik's requests come from (routerPeers). */
  routerPeers: Peer[];
  /** The strongest protection of a volume inside: deleting a namespace deletes every claim in it. Default `none`. */
  protection?: Protection;
  /** Connection for a namespace that is retained (connectKeeper). */
  keeper?: k8s.Provider;
}

/**
 * A namespace with a Pod Security level, bounds, defaults for containers that state no needs, and a network that is
 * closed until somebody opens it.
 *
 * `name` is plain so that what is put into the namespace can be checked at preview; depend on the component itself to
 * come after it.
 */
export class Namespace extends pulumi.ComponentResource {
  public readonly name: string;

  constructor(name: string, args: NamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:namespace:Namespace", name, {}, opts);
    const child = childOf(this, opts);
    this.name = args.name;

    const namespace = createNamespace();
    const inside = after(child, namespace);
    createQuota();
    createDefaults();
    createPolicies();
    this.registerOutputs({ name: this.name });

    function createNamespace() {
      return new k8s.core.v1.Namespace(
        name + "-namespace",
        {
          metadata: { name: args.name, labels: { ...commonLabels(), ...podSecurityLabels(args.podSecurity) } },
        },
        { ...child, ...protectionOptions(args.protection ?? "none", args.keeper) },
      );
    }

    function createQuota() {
      const hard = quotaLimits({ quota: args.quota, routesOnly: args.traffic === "closed" && args.ownPorts !== true });
      if (Object.keys(hard).length === 0) return;
      new k8s.core.v1.ResourceQuota(
        name + "-quota",
        {
          metadata: metadata("bounds"),
          spec: { hard },
        },
        inside,
      );
    }

    function createDefaults() {
      new k8s.core.v1.LimitRange(
        name + "-defaults",
        {
          metadata: metadata("defaults"),
          spec: {
            limits: [
              {
                type: "Container",
                defaultRequest: { cpu: "50m", memory: "64Mi" },
                default: { cpu: "500m", memory: "512Mi" },
              },
            ],
          },
        },
        inside,
      );
    }

    function createPolicies() {
      const closed = args.traffic === "closed";
      const out = closed ? [dnsEgress()] : appEgress(args.egress ?? "open", args.routerPeers);
      new k8s.networking.v1.NetworkPolicy(
        name + "-deny",
        {
          metadata: metadata("default-deny"),
          spec: { podSelector: {}, policyTypes: out === undefined ? ["Ingress"] : ["Ingress", "Egress"] },
        },
        inside,
      );
      if (out !== undefined) {
        const [suffix, objectName] = closed ? ["dns", "allow-dns"] : ["out", "allow-out"];
        new k8s.networking.v1.NetworkPolicy(
          `${name}-${suffix}`,
          {
            metadata: metadata(objectName),
            spec: { podSelector: {}, policyTypes: ["Egress"], egress: out },
          },
          inside,
        );
      }
      if (!closed) {
        new k8s.networking.v1.NetworkPolicy(
          name + "-apps",
          {
            metadata: metadata("allow-apps"),
            spec: {
              podSelector: {},
              policyTypes: ["Ingress"],
              ingress: [{ from: [podPeer(), ...args.routerPeers] }],
            },
          },
          inside,
        );
      }
    }

    function metadata(objectName: string) {
      return { name: objectName, namespace: args.name, labels: commonLabels() };
    }

    function commonLabels() {
      return labels({ name: args.name });
    }
  }
}
