import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { ServerCertificate, type Issuer } from "../../blocks/certificates";
import type { LocalstackConfig } from "./resolve";
import { after, childOf, type ChildOptions, type EnvValue, type Peer } from "../../builders";
import { Namespace } from "../../blocks/namespace";
import { TlsRoute, httpsUrl, type Router } from "../../blocks/routing";
import { Volume } from "../../blocks/storage";
import { clientEnvironment, declaredAddresses, type DeclaredAddress } from "./declared";
import { flavors, port } from "./flavors";
import { gatewayConfig, gatewayFile } from "./gateway";
import { hookData, valueFile } from "./initHook";
import { emulator, emulatorPod, emulatorTraffic } from "./workload";

export interface LocalstackArgs {
  config: LocalstackConfig;
  issuer: Issuer;
  router: Router;
  /** Where Traefik's requests come from (routerPeers). */
  routerPeers: Peer[];
  /** Connection for what is retained (connectKeeper). */
  keeper?: k8s.Provider;
}

const objectName = "localstack";
const tokenKey = "token";

/**
 * An AWS emulator behind HTTPS with what the configuration declares in it. One replica, always: all flavors keep their
 * state in one process.
 */
export class Localstack extends pulumi.ComponentResource {
  /** `https://localstack.homelab.home.arpa` */
  public readonly url: string;
  /** What SDKs and the AWS CLI read from their environment. */
  public readonly environment: Record<string, string>;
  public readonly declared: DeclaredAddress[];
  public readonly region: string;
  /** Whether state outlives a restart of the pod. */
  public readonly persistence: "effective" | "memory-only";
  /** Why, as a sentence for people. */
  public readonly persistenceReason: string;
  /** Of AWS, by their short names. */
  public readonly services: string[];

  /** Changes with whatever starts the pod anew for another image, flavor or declaration. */
  public readonly revision: string;

  constructor(name: string, args: LocalstackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:localstack:Localstack", name, {}, opts);
    const { config, router, routerPeers, issuer } = args;
    const flavor = flavors[config.flavor];
    const namespace = createNamespace(childOf(this, opts));
    const child = childOf(this, opts, namespace);
    const metadata = { name: objectName, namespace: namespace.name, labels: emulator.labels };
    const hook = hookData(config.region, config);
    this.url = httpsUrl(config.host, router.port);

    warnOfForgetting(this);
    const front = gatewayConfig({ flavor, host: config.host, routerPort: router.port, hsts: router.hsts });
    const content = JSON.stringify([hook, config.secretsRevision, front]);
    this.revision = createHash("sha256").update(`${config.image}\n${content}`).digest("hex").slice(0, 16);
    const volume = createVolume();
    const files = createFiles();
    createDeployment();
    createService();
    createPolicy();
    createRoute();
    if (config.edge && config.exemptions.edge !== undefined) createEdge(config.exemptions.edge);

    this.environment = clientEnvironment(this.url, config.region);
    this.declared = declaredAddresses(config, flavor, this.url);
    this.region = config.region;
    this.persistence = config.persistence ? "effective" : "memory-only";
    this.persistenceReason = config.persistenceReason;
    this.services = config.services;
    this.registerOutputs({ url: this.url });

    /** Said at every preview, before anybody relies on it. */
    function warnOfForgetting(resource: pulumi.Resource) {
      if (!config.persistence)
        void pulumi.log.warn(`LocalStack keeps nothing over a restart of its pod: ${config.persistenceReason}.`, resource);
    }

    function createNamespace(first: ChildOptions) {
      return new Namespace(
        name + "-namespace",
        {
          name: config.namespace,
          podSecurity: config.lambda === "dind" || config.lambda === "hostSocket" ? "privileged" : "restricted",
          traffic: "closed",
          ownPorts: config.edge,
          routerPeers,
          protection: config.storage.protection,
          keeper: args.keeper,
        },
        first,
      );
    }

    function createVolume() {
      return new Volume(
        name + "-data",
        {
          ...config.storage,
          claimName: "localstack-data",
          keeper: args.keeper,
          namespace: namespace.name,
          labels: emulator.labels,
        },
        child,
      );
    }

    /** The hook and its script; the values of declared secrets, and the token, apart from them. */
    function createFiles() {
      const configMap = new k8s.core.v1.ConfigMap(
        name + "-hook",
        {
          metadata: { ...metadata, name: "localstack-hook" },
          data: hook,
        },
        child,
      );
      const gateway = new k8s.core.v1.ConfigMap(
        name + "-gateway",
        { metadata: { ...metadata, name: "localstack-gateway" }, data: { [gatewayFile]: front } },
        child,
      );
      const secrets = config.secrets.map(({ value }, i) => [valueFile(i), pulumi.secret(value)]);
      const values = new k8s.core.v1.Secret(
        name + "-values",
        {
          metadata: { ...metadata, name: "localstack-values" },
          // The API server drops an empty map, so that one would differ from what is there at every deployment.
          ...(secrets.length > 0 && { stringData: Object.fromEntries(secrets) as Record<string, pulumi.Output<string>> }),
        },
        child,
      );
      return {
        resources: [configMap, gateway, values, ...createToken()],
        configMap: "localstack-hook",
        gateway: "localstack-gateway",
        values: "localstack-values",
      };
    }

    function createToken(): pulumi.Resource[] {
      if (config.token === undefined) return [];
      return [
        new k8s.core.v1.Secret(
          name + "-token",
          {
            metadata: { ...metadata, name: "localstack-token" },
            stringData: { [tokenKey]: pulumi.secret(config.token) },
          },
          child,
        ),
      ];
    }

    function createDeployment() {
      const environment: Record<string, EnvValue> = {
        ...flavor.environment({ ...config, routerPort: router.port }),
        ...(config.token === undefined ? {} : { LOCALSTACK_AUTH_TOKEN: { secretName: "localstack-token", key: tokenKey } }),
      };
      new k8s.apps.v1.Deployment(
        name + "-deployment",
        {
          metadata: { ...metadata, annotations: { "pulumi.com/timeoutSeconds": (config.startSeconds * 2).toString() } },
          spec: {
            replicas: 1,
            // A rolling update would start a second writer on the volume.
            strategy: { type: "Recreate" },
            progressDeadlineSeconds: config.startSeconds * 2,
            revisionHistoryLimit: 3,
            selector: { matchLabels: emulator.selector },
            template: emulatorPod({
              config,
              environment,
              configMap: files.configMap,
              gatewayConfigMap: files.gateway,
              valuesSecret: files.values,
              claimName: volume.claimName,
              content,
            }),
          },
        },
        after(child, volume, ...files.resources),
      );
    }

    function createService() {
      new k8s.core.v1.Service(
        name + "-service",
        {
          metadata,
          spec: {
            selector: emulator.selector,
            ports: [{ name: "http", port, targetPort: "gateway", protocol: "TCP", appProtocol: "http" }],
          },
        },
        child,
      );
    }

    function createPolicy() {
      new k8s.networking.v1.NetworkPolicy(name + "-traffic", { metadata, spec: emulatorTraffic(routerPeers, config) }, child);
    }

    function createRoute() {
      const certificate = new ServerCertificate(
        name + "-tls",
        {
          issuer,
          host: config.host,
          namespace: namespace.name,
          secretName: "localstack-tls",
          labels: emulator.labels,
        },
        child,
      );
      new TlsRoute(
        name + "-route",
        {
          routeName: objectName,
          namespace: namespace.name,
          labels: emulator.labels,
          host: config.host,
          service: { name: objectName, port },
          secretName: certificate.secretName,
          router: { ...router, allowedRanges: config.allowedRanges },
        },
        after(child, certificate),
      );
    }

    /** Port 4566 of the node itself: for what cannot speak TLS, against the policies, and with a reason. */
    function createEdge(reason: string) {
      new k8s.core.v1.Service(
        name + "-edge",
        {
          metadata: { ...metadata, name: "localstack-edge", annotations: { "homelab/exemption": reason } },
          spec: {
            type: "LoadBalancer",
            selector: emulator.selector,
            ports: [{ name: "http", port, targetPort: "http", protocol: "TCP", appProtocol: "http" }],
            ...(config.allowedRanges.length === 0 ? {} : { loadBalancerSourceRanges: config.allowedRanges }),
          },
        },
        child,
      );
    }
  }
}
