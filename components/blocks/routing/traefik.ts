import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { toYaml } from "../../../kubernetes/yaml";
import { childOf, labels } from "../../builders";

export interface TraefikArgs {
  /** Traefik's HTTPS entry point. */
  entryPoint: string;
  traefikNamespace: string;
  /** 30000-32767: a NodePort Service in front of Traefik's HTTPS entry point. */
  nodePort?: number;
  /** Write K3s's HelmChartConfig. */
  tuneTraefik: boolean;
  /** Whether any route asks where a request comes from. */
  asksForAddresses: boolean;
}

/**
 * What the platform asks of a Traefik that somebody else runs: a fixed port on the node in front of its HTTPS entry point
 * (`nodePort`), patience with large uploads and sight of who asks (`tuneTraefik`). Nothing by default.
 */
export class Traefik extends pulumi.ComponentResource {
  constructor(name: string, args: TraefikArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:routing:Traefik", name, {}, opts);
    const child = childOf(this, opts);
    if (args.nodePort !== undefined) createNodePort(args.nodePort);
    if (args.tuneTraefik) createTuning();
    this.registerOutputs({});

    /** A cluster in containers has no load balancer: its host publishes one node port instead. */
    function createNodePort(nodePort: number) {
      new k8s.core.v1.Service(
        name + "-nodeport",
        {
          metadata: {
            name: "homelab-https",
            namespace: args.traefikNamespace,
            labels: labels({ name: "traefik", component: "nodeport" }),
          },
          spec: {
            type: "NodePort",
            ...localTraffic(args),
            // The label and the port name that Traefik's own chart gives its pods, K3s included.
            selector: { "app.kubernetes.io/name": "traefik" },
            ports: [
              {
                name: args.entryPoint,
                port: 443,
                targetPort: args.entryPoint,
                nodePort,
                protocol: "TCP",
                appProtocol: "https",
              },
            ],
          },
        },
        child,
      );
    }

    function createTuning() {
      new k8s.apiextensions.CustomResource(
        name + "-tuning",
        {
          apiVersion: "helm.cattle.io/v1",
          kind: "HelmChartConfig",
          metadata: {
            // K3s looks for exactly this one; if you already have one, keep yours and leave `tuneTraefik` off.
            name: "traefik",
            namespace: "kube-system",
            labels: labels({ name: "traefik", component: "tuning" }),
          },
          spec: { valuesContent: traefikValues(args) },
        },
        child,
      );
    }
  }
}

/**
 * Values for K3s's own Traefik chart. Traefik gives a whole request, body included, 60 s; a client sends each layer as one
 * request, so a layer that takes longer fails ("client disconnected during blob PATCH"). Ten minutes carry 3 GB at
 * 40 Mbit/s; 0 would remove the guard against clients that never finish.
 * https://doc.traefik.io/traefik/reference/install-configuration/entrypoints/
 */
export function traefikValues(args: Pick<TraefikArgs, "entryPoint" | "asksForAddresses">): string {
  const local = localTraffic(args);
  return toYaml({
    ports: { [args.entryPoint]: { transport: { respondingTimeouts: { readTimeout: "600s" } } } },
    ...(Object.keys(local).length > 0 && { service: { spec: local } }),
  });
}

/**
 * Of a Service before Traefik. With Kubernetes' default a node passes a request on under an address of its own, and every range that
 * lets one in lets everybody in; with Local, only nodes on which Traefik runs answer.
 * https://kubernetes.io/docs/tutorials/services/source-ip/
 */
function localTraffic({ asksForAddresses }: Pick<TraefikArgs, "asksForAddresses">) {
  return asksForAddresses ? { externalTrafficPolicy: "Local" } : {};
}
