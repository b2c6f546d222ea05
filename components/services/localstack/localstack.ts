import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type { Issuer } from "../../blocks/certificates";
import type { LocalstackConfig } from "./resolve";
import { routerPeers, type EnvValue, type Peer } from "../../builders";
import { defaultRouter, defaultTraefikNamespace, httpsUrl, type Router } from "../../blocks/routing";
import { WebService, type WebServiceNodes } from "../../blocks/webService";
import { clientEnvironment, declaredAddresses, type DeclaredAddress } from "./declared";
import { flavors, port } from "./flavors";
import { gatewayConfig, gatewayFile } from "./gateway";
import { hookData, valueFile } from "./initHook";
import { emulator, emulatorPod, emulatorTraffic } from "./workload";

export interface LocalstackArgs {
  config: LocalstackConfig;
  issuer: Issuer;
  /** The cluster's Traefik; left out: that of K3s. */
  router?: Router;
  /** Where Traefik's requests come from (routerPeers); left out: from K3s's own. */
  routerPeers?: Peer[];
  /** Connection for what is retained (connectKeeper). */
  keeper?: k8s.Provider;
}

const objectName = "localstack";
const tokenKey = "token";

/** Why something is there that the policies refuse, for those who look at the object. */
const exemptionAnnotation = "homelab/exemption";

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
  public readonly nodes: WebServiceNodes;
  /** Of AWS, by their short names. */
  public readonly services: string[];

  /** Changes with whatever starts the pod anew for another image, flavor or declaration. */
  public readonly revision: string;

  constructor(name: string, args: LocalstackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:localstack:Localstack", name, {}, opts);
    const { config, router = defaultRouter, routerPeers: peers = routerPeers(defaultTraefikNamespace), issuer } = args;
    const flavor = flavors[config.flavor];
    /** Whether functions run in containers of their own. */
    const outside = config.lambda === "dind" || config.lambda === "hostSocket";
    const webRouter = { ...router, allowedRanges: config.allowedRanges };
    const web = createWebService(this);
    const child = web.inside;
    const hook = hookData(config.region, config);
    this.url = httpsUrl(config.host, router.port);

    warnOfForgetting(this);
    const front = gatewayConfig({ flavor, host: config.host, routerPort: router.port, hsts: router.hsts });
    const content = JSON.stringify([hook, config.secretsRevision, front]);
    this.revision = createHash("sha256").update(`${config.image}\n${content}`).digest("hex").slice(0, 16);
    const files = createFiles();
    this.nodes = serve();
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
      if (!config.persistence) {
        void pulumi.log.warn(`LocalStack keeps nothing over a restart of its pod: ${config.persistenceReason}.`, resource);
      }
    }

    function createWebService(owner: Localstack) {
      const { storage, edge, host } = config;
      const podSecurity = outside ? "privileged" : "restricted";
      const closed = { podSecurity, traffic: "closed", ownPorts: edge, routerPeers: peers } as const;
      const namespace = { ...closed, name: config.namespace, protection: storage.protection, keeper: args.keeper };
      return new WebService(name, { objectName, role: emulator, namespace, host, issuer, router: webRouter }, owner, opts);
    }

    /** The hook and its script; the values of declared secrets, and the token, apart from them. */
    function createFiles() {
      const configMap = new k8s.core.v1.ConfigMap(
        name + "-hook",
        {
          metadata: web.metadata("localstack-hook"),
          data: hook,
        },
        child,
      );
      const gateway = new k8s.core.v1.ConfigMap(
        name + "-gateway",
        { metadata: web.metadata("localstack-gateway"), data: { [gatewayFile]: front } },
        child,
      );
      const secrets = config.secrets.map(({ value }, i) => [valueFile(i), pulumi.secret(value)]);
      const values = new k8s.core.v1.Secret(
        name + "-values",
        {
          metadata: web.metadata("localstack-values"),
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
            metadata: web.metadata("localstack-token"),
            stringData: { [tokenKey]: pulumi.secret(config.token) },
          },
          child,
        ),
      ];
    }

    function serve() {
      const environment: Record<string, EnvValue> = {
        ...flavor.environment({ ...config, routerPort: router.port }),
        ...(config.token === undefined ? {} : { LOCALSTACK_AUTH_TOKEN: { secretName: "localstack-token", key: tokenKey } }),
      };
      const claimName = "localstack-data";
      const startsWithin = config.startSeconds * 2;
      return web.serve({
        volume: { ...config.storage, claimName, keeper: args.keeper },
        pod: emulatorPod({
          config,
          environment,
          configMap: files.configMap,
          gatewayConfigMap: files.gateway,
          valuesSecret: files.values,
          claimName,
          content,
        }),
        annotations: {
          "pulumi.com/timeoutSeconds": startsWithin.toString(),
          ...(outside && { [exemptionAnnotation]: config.exemptions.lambda! }),
        },
        progressDeadlineSeconds: startsWithin,
        after: files.resources,
        port: { name: "http", number: port, target: "gateway" },
        traffic: emulatorTraffic(peers, config),
        route: { unread: true },
      });
    }

    /** Port 4566 of the node itself: for what cannot speak TLS, against the policies, and with a reason. */
    function createEdge(reason: string) {
      new k8s.core.v1.Service(
        name + "-edge",
        {
          metadata: { ...web.metadata("localstack-edge"), annotations: { [exemptionAnnotation]: reason } },
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
