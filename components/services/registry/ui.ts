import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { ServerCertificate, type Issuer } from "../../blocks/certificates";
import type { RegistryUiConfig } from "./resolve";
import { after, childOf, type Peer } from "../../builders";
import { HttpsRoute, type Router } from "../../blocks/routing";
import { pageRequestsInFlight } from "./configFile";
import { ui, uiPod, uiPort, uiTraffic } from "./workload";

export interface RegistryUiArgs extends Pick<RegistryUiConfig, "host" | "image" | "resources" | "allowDelete"> {
  namespace: string;
  /** What image names begin with. */
  server: string;
  /** Address of the registry inside the cluster. */
  upstream: string;
  /** What Traefik asks of an account before it hands a request on. */
  gate: pulumi.Input<string>;
  issuer: Issuer;
  router: Router;
  routerPeers: Peer[];
}

const objectName = "registry-ui";

/** A page that lists repositories and tags. The registry itself asks its visitors for an account. */
export class RegistryUi extends pulumi.ComponentResource {
  public readonly url: string;

  constructor(name: string, args: RegistryUiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:registry:RegistryUi", name, {}, opts);
    const child = childOf(this, opts);
    const metadata = { name: objectName, namespace: args.namespace, labels: ui.labels };

    createPolicy();
    createDeployment();
    createService();
    this.url = createRoute().url;
    this.registerOutputs({ url: this.url });

    function createPolicy() {
      new k8s.networking.v1.NetworkPolicy(
        name + "-traffic",
        {
          metadata,
          spec: uiTraffic(args.routerPeers),
        },
        child,
      );
    }

    function createDeployment() {
      new k8s.apps.v1.Deployment(
        name + "-deployment",
        {
          metadata,
          spec: {
            replicas: 1,
            revisionHistoryLimit: 3,
            selector: { matchLabels: ui.selector },
            template: uiPod(args),
          },
        },
        child,
      );
    }

    function createService() {
      new k8s.core.v1.Service(
        name + "-service",
        {
          metadata,
          spec: {
            selector: ui.selector,
            ports: [{ name: "http", port: uiPort, targetPort: "http", protocol: "TCP", appProtocol: "http" }],
          },
        },
        child,
      );
    }

    function createRoute() {
      const certificate = new ServerCertificate(
        name + "-tls",
        {
          issuer: args.issuer,
          host: args.host,
          namespace: args.namespace,
          secretName: "registry-ui-tls",
          labels: ui.labels,
        },
        child,
      );
      return new HttpsRoute(
        name + "-route",
        {
          routeName: objectName,
          namespace: args.namespace,
          labels: ui.labels,
          host: args.host,
          service: { name: objectName, port: uiPort },
          secretName: certificate.secretName,
          // What it passes on, the registry checks too.
          inFlight: pageRequestsInFlight,
          gate: args.gate,
          router: args.router,
        },
        after(child, certificate),
      );
    }
  }
}
