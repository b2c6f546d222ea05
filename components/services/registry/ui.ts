import * as pulumi from "@pulumi/pulumi";
import type { Issuer } from "../../blocks/certificates";
import type { RegistryUiConfig } from "./resolve";
import type { Peer } from "../../builders";
import type { Router } from "../../blocks/routing";
import { WebService, type WebServiceNodes } from "../../blocks/webService";
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
  public readonly nodes: WebServiceNodes;

  constructor(name: string, args: RegistryUiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:registry:RegistryUi", name, {}, opts);
    const { namespace, host, issuer, router } = args;
    const web = new WebService(name, { objectName, role: ui, namespace, host, issuer, router }, this, opts);
    this.nodes = web.serve({
      pod: uiPod(args),
      port: { name: "http", number: uiPort },
      traffic: uiTraffic(args.routerPeers),
      // What it passes on, the registry checks too.
      route: { inFlight: pageRequestsInFlight, gate: args.gate },
    });
    this.url = this.nodes.route.url;
    this.registerOutputs({ url: this.url });
  }
}
