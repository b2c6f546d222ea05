import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type { Issuer } from "../../blocks/certificates";
import type { Router } from "../../blocks/routing";
import { WebService, type WebServiceNodes } from "../../blocks/webService";
import { contentChecksum, nginx, nginxBasics, nginxFile, podTemplate, roleOf, tcp, type Peer } from "../../builders";

export interface PageArgs {
  namespace: string;
  host: string;
  image: string;
  html: string;
  /** PEM, to be had at `/homelab-ca.crt`. */
  caCertificate?: pulumi.Output<string>;
  issuer: Issuer;
  router: Router;
  /** Where Traefik's requests come from (routerPeers). */
  routerPeers: Peer[];
}

const objectName = "platform-page";
const role = roleOf({ name: "page" });
const port = 8080;
const readyPath = "/_ready";
/** Where the ConfigMap is mounted (builders/nginx.ts). */
const folder = "/etc/homelab/page";

/** Nothing but the page's own style is loaded, and nobody frames it. */
const config = `${nginxBasics}
  types { text/html html; application/x-x509-ca-cert crt; }
  server {
    listen ${port};
    root ${folder};
    location = ${readyPath} { return 204; }
    location = / { try_files /index.html =404; ${headers()} }
    location = /homelab-ca.crt { ${headers()} }
    location / { return 404; }
  }
}
`;

function headers(): string {
  return `add_header Content-Security-Policy "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" always; add_header Cache-Control no-cache always;`;
}

/** One static page and, where there is one, the authority's certificate beside it. */
export class Page extends pulumi.ComponentResource {
  public readonly url: string;
  public readonly nodes: WebServiceNodes;

  constructor(name: string, args: PageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:page:Page", name, {}, opts);
    const { host, issuer, router, routerPeers, html, caCertificate } = args;
    const namespace = { name: args.namespace, podSecurity: "restricted", traffic: "closed", routerPeers } as const;
    const web = new WebService(name, { objectName, role, namespace, host, issuer, router }, this, opts);
    const { container, volumes } = nginx({ name: "page", image: args.image, port, readyPath, configMap: objectName });
    const files = createFiles();
    this.nodes = web.serve({
      pod: podTemplate({
        labels: role.labels,
        annotations: contentChecksum(config + html),
        // That of nginx's unprivileged image.
        user: { uid: 101, gid: 101 },
        containers: [container],
        volumes,
      }),
      after: [files],
      port: { name: "page", number: port },
      traffic: {
        podSelector: { matchLabels: role.selector },
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: routerPeers, ports: [tcp(port)] }],
      },
    });
    this.url = this.nodes.route.url;
    this.registerOutputs({ url: this.url });

    function createFiles() {
      const data = { [nginxFile]: config, "index.html": html, ...(caCertificate && { "homelab-ca.crt": caCertificate }) };
      return new k8s.core.v1.ConfigMap(name + "-files", { metadata: web.metadata(), data }, web.inside);
    }
  }
}
