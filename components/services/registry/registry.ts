import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { ServerCertificate, type Issuer } from "../../blocks/certificates";
import type { RegistryConfig } from "./resolve";
import { after, childOf, nginxFile, type ChildOptions, type Peer } from "../../builders";
import { Namespace } from "../../blocks/namespace";
import { hostAndPort, HttpsRoute, httpsUrl, type Router } from "../../blocks/routing";
import { Volume } from "../../blocks/storage";
import { localRegistryHosting, nodeCaFile, nodeRegistriesYaml } from "./clientFiles";
import { ports, registryConfig, renderConfig, requestsInFlight } from "./configFile";
import { Credentials } from "./credentials";
import { gateConfig } from "./gate";
import { createPullSecret } from "./pullSecret";
import { RegistryUi } from "./ui";
import { registryPod, registryTraffic, server } from "./workload";

export interface RegistryArgs extends Omit<RegistryConfig, "enabled"> {
  issuer: Issuer;
  /** Whether clients have to be told of a certificate of ours (`issuer.caCertificate` is not empty). */
  ownAuthority: boolean;
  router: Router;
  /** Where Traefik's requests come from (routerPeers). */
  routerPeers: Peer[];
  /** Namespaces whose pods pull from here. */
  pullNamespaces: Namespace[];
  /** Connection for what is retained (connectKeeper). */
  keeper?: k8s.Provider;
}

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
  /** Changes whenever something that could break the registry does. */
  public readonly revision: pulumi.Input<string>[];

  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:registry:Registry", name, {}, opts);
    const { router, routerPeers, issuer } = args;
    const namespace = createNamespace(childOf(this, opts));
    const child = childOf(this, opts, namespace);
    const metadata = { name: objectName, namespace: namespace.name, labels: server.labels };
    const config = renderConfig(registryConfig(args));
    const gate = gateConfig();
    const address = hostAndPort(args.host, router.port);

    const credentials = createCredentials();
    const volume = createVolume();
    const deployment = createDeployment();
    const service = createService("service", objectName, "http");
    const gateAddress = createGateService();
    // Apart from the Service that the route points to, and headless: a scraper wants the pod, not an address.
    if (args.metrics) createService("metrics", "registry-metrics", "metrics", "None");
    createPolicy();
    createRoute();
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
        caFile: args.ownAuthority ? nodeCaFile : undefined,
      }),
    );
    this.revision = [this.url, args.image, config, gate, deployment.metadata.uid];
    this.registerOutputs({ url: this.url, uiUrl: this.uiUrl });

    function createNamespace(first: ChildOptions) {
      return new Namespace(
        name + "-namespace",
        {
          name: args.namespace,
          podSecurity: "restricted",
          traffic: "closed",
          routerPeers,
          protection: args.storage.protection,
          keeper: args.keeper,
        },
        first,
      );
    }

    function createCredentials() {
      return new Credentials(
        name + "-credentials",
        {
          username: args.username,
          users: args.users,
          bcryptCost: args.bcryptCost,
          namespace: namespace.name,
          labels: server.labels,
        },
        child,
      );
    }

    function createVolume() {
      return new Volume(
        name + "-data",
        {
          ...args.storage,
          claimName: "registry-data",
          keeper: args.keeper,
          namespace: namespace.name,
          labels: server.labels,
        },
        child,
      );
    }

    function createDeployment() {
      const configMap = new k8s.core.v1.ConfigMap(
        name + "-config",
        {
          metadata: { ...metadata, name: "registry-config" },
          data: { "config.yml": config },
        },
        child,
      );
      const gateMap = new k8s.core.v1.ConfigMap(
        name + "-gate-config",
        { metadata: { ...metadata, name: "registry-gate" }, data: { [nginxFile]: gate } },
        child,
      );
      return new k8s.apps.v1.Deployment(
        name + "-deployment",
        {
          metadata,
          spec: {
            replicas: 1,
            // A rolling update would start a second writer on the volume.
            strategy: { type: "Recreate" },
            revisionHistoryLimit: 3,
            selector: { matchLabels: server.selector },
            template: registryPod({
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
              claimName: volume.claimName,
            }),
          },
        },
        after(child, configMap, gateMap, credentials, volume),
      );
    }

    /** A Service of the registry's pod, called after the port that it leads to. */
    function createService(resource: string, called: string, port: "http" | "gate" | "metrics", clusterIP?: "None") {
      return new k8s.core.v1.Service(
        `${name}-${resource}`,
        {
          metadata: { ...metadata, name: called },
          spec: {
            ...(clusterIP && { clusterIP }),
            selector: server.selector,
            ports: [{ name: port, port: ports[port], targetPort: port, protocol: "TCP", appProtocol: "http" }],
          },
        },
        child,
      );
    }

    /** Its address as a number: a Traefik in the node's own network knows no names of the cluster. A preview may have none. */
    function createGateService() {
      const byName = `registry-gate.${namespace.name}.svc.cluster.local`;
      const { spec } = createService("gate", "registry-gate", "gate");
      return spec.apply(
        ({ clusterIP: address = byName }) => `http://${address.includes(":") ? `[${address}]` : address}:${ports.gate}/`,
      );
    }

    function createPolicy() {
      new k8s.networking.v1.NetworkPolicy(
        name + "-traffic",
        {
          metadata,
          spec: registryTraffic(routerPeers),
        },
        child,
      );
    }

    function createRoute() {
      const certificate = new ServerCertificate(
        name + "-tls",
        {
          issuer,
          host: args.host,
          namespace: namespace.name,
          secretName: "registry-tls",
          labels: server.labels,
        },
        child,
      );
      new HttpsRoute(
        name + "-route",
        {
          routeName: objectName,
          namespace: namespace.name,
          labels: server.labels,
          host: args.host,
          service: { name: objectName, port: ports.http },
          secretName: certificate.secretName,
          inFlight: requestsInFlight,
          gate: gateAddress,
          router,
        },
        after(child, certificate),
      );
    }

    function createUi() {
      return new RegistryUi(
        name + "-ui",
        {
          ...args.ui,
          namespace: namespace.name,
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
