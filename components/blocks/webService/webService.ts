import type * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { after, childOf, type ChildOptions, type Role } from "../../builders";
import type { Issuer, ServerCertificate } from "../certificates";
import { Namespace, type NamespaceArgs } from "../namespace";
import type { HttpsRoute, Router, TlsRoute } from "../routing";
import { Volume, type VolumeArgs } from "../storage";
import { createHostRoute, type HostRouteArgs } from "./hostRoute";

type DeploymentSpec = k8s.types.input.apps.v1.DeploymentSpec;
type NetworkPolicySpec = k8s.types.input.networking.v1.NetworkPolicySpec;

export interface WebServiceArgs {
  /** Name of its objects in the cluster. */
  objectName: string;
  role: Role;
  /** One to make for it, or the name of one that is there. */
  namespace: NamespaceArgs | string;
  host: string;
  issuer: Issuer;
  router: Router;
}

export interface ServeArgs {
  /** Its data: for one writer, so that an update ends the old pod before it starts the new one. */
  volume?: Omit<VolumeArgs, "namespace" | "labels">;
  pod: DeploymentSpec["template"];
  /** Of the Deployment. */
  annotations?: Record<string, string>;
  progressDeadlineSeconds?: number;
  /** What the pod waits for. */
  after?: pulumi.Resource[];
  /** Of the Service; `target` is the name of a container's port, the port's own name where it is left out. */
  port: { name: string; number: number; target?: string };
  /** Who reaches the pods, and where they turn to. */
  traffic: NetworkPolicySpec;
  route?: Pick<HostRouteArgs, "inFlight" | "gate" | "unread">;
}

/** The resources of a web service, to be changed or depended on. */
export interface WebServiceNodes {
  /** Absent where the namespace is somebody else's. */
  namespace?: Namespace;
  volume?: Volume;
  deployment: k8s.apps.v1.Deployment;
  service: k8s.core.v1.Service;
  policy: k8s.networking.v1.NetworkPolicy;
  certificate: ServerCertificate;
  route: HttpsRoute | TlsRoute;
}

/**
 * A program behind a host name, one pod of it: namespace, volume, pod, Service, network policy, certificate and route. No component of
 * its own: what it makes belongs to the component that uses it, under names that begin with that one's.
 */
export class WebService {
  /** Options of what is put into the namespace. */
  public readonly inside: ChildOptions;
  public readonly namespace: string;
  private readonly made?: Namespace;

  /** Makes the namespace. */
  constructor(
    private readonly name: string,
    private readonly args: WebServiceArgs,
    owner: pulumi.ComponentResource,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { namespace } = args;
    if (typeof namespace === "string") {
      this.namespace = namespace;
      this.inside = childOf(owner, opts);
    } else {
      this.made = new Namespace(name + "-namespace", namespace, childOf(owner, opts));
      this.namespace = this.made.name;
      this.inside = childOf(owner, opts, this.made);
    }
  }

  /** What its objects are called and carry. */
  public metadata(name = this.args.objectName) {
    return { name, namespace: this.namespace, labels: this.args.role.labels };
  }

  /** Makes all the rest. */
  public serve(serving: ServeArgs): WebServiceNodes {
    const { name, args, inside, namespace, made } = this;
    const { objectName, role } = args;
    const volume = serving.volume && this.createVolume(serving.volume);
    const deployment = this.createDeployment(serving, volume);
    const service = this.createService("service", objectName, serving.port);
    const policy = new k8s.networking.v1.NetworkPolicy(
      name + "-traffic",
      { metadata: this.metadata(), spec: serving.traffic },
      inside,
    );
    const { host, issuer, router } = args;
    const target = { name: objectName, port: serving.port.number };
    const route = { ...serving.route, objectName, namespace, labels: role.labels, host, service: target, issuer, router };
    return { namespace: made, volume, deployment, service, policy, ...createHostRoute(name, route, inside) };
  }

  /** A Service of its pods under another name; `None` for one without an address, which leads to the pods themselves. */
  public createService(suffix: string, objectName: string, port: ServeArgs["port"], clusterIP?: "None"): k8s.core.v1.Service {
    return new k8s.core.v1.Service(
      `${this.name}-${suffix}`,
      {
        metadata: this.metadata(objectName),
        spec: {
          ...(clusterIP && { clusterIP }),
          selector: this.args.role.selector,
          ports: [
            { name: port.name, port: port.number, targetPort: port.target ?? port.name, protocol: "TCP", appProtocol: "http" },
          ],
        },
      },
      this.inside,
    );
  }

  private createVolume(volume: Omit<VolumeArgs, "namespace" | "labels">): Volume {
    const { namespace, args, name, inside } = this;
    return new Volume(`${name}-data`, { ...volume, namespace, labels: args.role.labels }, inside);
  }

  private createDeployment({ pod, annotations, progressDeadlineSeconds, after: waits = [] }: ServeArgs, volume?: Volume) {
    return new k8s.apps.v1.Deployment(
      this.name + "-deployment",
      {
        metadata: { ...this.metadata(), ...(annotations && { annotations }) },
        spec: {
          replicas: 1,
          // A rolling update would start a second writer on the volume.
          ...(volume && { strategy: { type: "Recreate" } }),
          ...(progressDeadlineSeconds !== undefined && { progressDeadlineSeconds }),
          revisionHistoryLimit: 3,
          selector: { matchLabels: this.args.role.selector },
          template: pod,
        },
      },
      after(this.inside, ...waits, ...(volume === undefined ? [] : [volume])),
    );
  }
}
