import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { after, nginxFile } from "../../builders";
import { hostAndPort, httpsUrl } from "../../blocks/routing";
import { WebService, type WebServiceNodes } from "../../blocks/webService";
import { localRegistryHosting, nodeCaFile, nodeRegistriesYaml } from "./clientFiles";
import { completeArgs, type RegistryArgs } from "./args";
import { ports, registryConfig, renderConfig, requestsInFlight } from "./configFile";
import { Credentials } from "./credentials";
import { gateConfig } from "./gate";
import { createPullSecret } from "./pullSecret";
import { RegistryUi } from "./ui";
import { registryPod, registryTraffic, server } from "./workload";

export type { RegistryArgs } from "./args";

const objectName = "registry";

/**
 * A container registry with accounts behind HTTPS, its web page, and what clients need to use it.
 *
 * One replica, always: the filesystem driver and a claim for one writer allow no second one.
 */
export class Registry extends pulumi.ComponentResource {
  /** `https://registry.homelab.home.arpa` */
  public readonly url: string;
  /** What image names begin with: the host, and the port when it is not 443. */
  public readonly server: string;
  public readonly username: string;
  public readonly password: pulumi.Output<string>;
  /** Absent without the UI. */
  public readonly uiUrl?: string;
  /** `/etc/rancher/k3s/registries.yaml` for a node. Secret: it holds the password. */
  public readonly nodeRegistriesYaml: pulumi.Output<string>;
  public readonly nodes: WebServiceNodes & { credentials: Credentials };
  /** Changes whenever something that could break the registry does. */
  public readonly revision: pulumi.Input<string>[];

  constructor(name: string, given: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:registry:Registry", name, {}, opts);
    const args = completeArgs(given);
    const { router, routerPeers, issuer } = args;
    const config = renderConfig(registryConfig(args));
    const gate = gateConfig();
    const address = hostAndPort(args.host, router.port);

    const web = createWebService(this);
    const child = web.inside;
    const credentials = createCredentials();
    const gateAddress = createGateService();
    // Apart from the Service that the route points to, and headless: a scraper wants the pod, not an address.
    if (args.metrics) web.createService("metrics", "registry-metrics", { name: "metrics", number: ports.metrics }, "None");
    const { deployment, service } = (this.nodes = { ...serve(), credentials });
    createDiscovery();
    createPullSecrets();

    this.url = httpsUrl(args.host, router.port);
    this.server = address;
    this.username = credentials.username;
    this.password = credentials.password;
    this.uiUrl = args.ui.enabled ? createUi().url : undefined;
    this.nodeRegistriesYaml = credentials.password.apply((password) =>
      nodeRegistriesYaml({
        server: address,
        account: { username: credentials.username, password },
        caFile: issuer.ownAuthority ? nodeCaFile : undefined,
      }),
    );
    this.revision = [this.url, args.image, config, gate, deployment.metadata.uid];
    this.registerOutputs({ url: this.url, uiUrl: this.uiUrl });

    function createWebService(owner: Registry) {
      const { storage, keeper } = args;
      const closed = { podSecurity: "restricted", traffic: "closed", routerPeers } as const;
      const namespace = { ...closed, name: args.namespace, protection: storage.protection, keeper };
      return new WebService(name, { objectName, role: server, namespace, host: args.host, issuer, router }, owner, opts);
    }

    function createCredentials() {
      return new Credentials(
        name + "-credentials",
        {
          username: args.username,
          users: args.users,
          bcryptCost: args.bcryptCost,
          namespace: web.namespace,
          labels: server.labels,
        },
        child,
      );
    }

    function serve() {
      const configMap = createConfigMap("config", "registry-config", { "config.yml": config });
      const gateMap = createConfigMap("gate-config", "registry-gate", { [nginxFile]: gate });
      const claimName = "registry-data";
      return web.serve({
        volume: { ...args.storage, claimName, keeper: args.keeper },
        pod: registryPod({
          image: args.image,
          resources: args.resources,
          metrics: args.metrics,
          configMap: "registry-config",
          config,
          gate: args.gate,
          gateConfigMap: "registry-gate",
          gateConfig: gate,
          htpasswdSecret: credentials.htpasswdSecret,
          httpSecret: credentials.httpSecret,
          claimName,
        }),
        after: [configMap, gateMap, credentials],
        port: { name: "http", number: ports.http },
        traffic: registryTraffic(routerPeers),
        route: { inFlight: requestsInFlight, gate: gateAddress },
      });
    }

    function createConfigMap(suffix: string, objectName: string, data: Record<string, string>) {
      return new k8s.core.v1.ConfigMap(`${name}-${suffix}`, { metadata: web.metadata(objectName), data }, child);
    }

    /** Its address as a number: a Traefik in the node's own network knows no names of the cluster. A preview may have none. */
    function createGateService() {
      const byName = `registry-gate.${web.namespace}.svc.cluster.local`;
      const { spec } = web.createService("gate", "registry-gate", { name: "gate", number: ports.gate });
      return spec.apply(
        ({ clusterIP: address = byName }) => `http://${address.includes(":") ? `[${address}]` : address}:${ports.gate}/`,
      );
    }

    function createUi() {
      return new RegistryUi(
        name + "-ui",
        {
          ...args.ui,
          namespace: web.namespace,
          server: address,
          upstream: `http://${objectName}:${ports.http}`,
          gate: gateAddress,
          issuer,
          router,
          routerPeers,
          // nginx looks the registry's name up once, at its start, and ends without it.
        },
        after(child, service),
      );
    }

    function createDiscovery() {
      new k8s.core.v1.ConfigMap(
        name + "-discovery",
        {
          metadata: { name: "local-registry-hosting", namespace: "kube-public", labels: server.labels },
          data: localRegistryHosting(address),
        },
        child,
      );
    }

    function createPullSecrets() {
      for (const target of args.pullNamespaces) {
        createPullSecret(
          `${name}-pull-${target.name}`,
          {
            namespace: target.name,
            server: address,
            username: credentials.username,
            password: credentials.password,
          },
          after(child, target),
        );
      }
    }
  }
}
