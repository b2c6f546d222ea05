import * as pulumi from "@pulumi/pulumi";
import { Admission } from "./services/admission";
import { HelmApp, namespaceProtection, Neighbours, pushArtifact, type AppOutput } from "./services/apps";
import { Issuer } from "./blocks/certificates";
import type { PlatformConfig, Protection } from "./services/types";
import { LocalstackHealth, RegistryHealth } from "./blocks/health";
import { allowDelete, connectCluster, connectKeeper, routerPeers } from "./builders";
import { dnsRecords, hostsFile, hostsOf, multicastWarning, type DnsRecord } from "./names";
import { Namespace } from "./blocks/namespace";
import { Localstack } from "./services/localstack";
import { nextSteps } from "./nextSteps";
import { nodeCaFile, pullSecretName, Registry } from "./services/registry";
import { asksForAddresses, routedNamespaces } from "./references";
import { Traefik } from "./blocks/routing";

/** Everything a stack deploys: which component exists, and what it gets from which. */
export class Platform extends pulumi.ComponentResource {
  public readonly registry?: Registry;
  public readonly localstack?: Localstack;
  /** PEM; empty when there is nothing of ours to trust. */
  public readonly caCertificate: pulumi.Output<string>;
  /** By name. */
  public readonly apps: Record<string, AppOutput>;
  public readonly dnsRecords: DnsRecord[];
  public readonly hostsFile: string;
  public readonly nextSteps: string;

  constructor(name: string, config: PlatformConfig, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:platform:Platform", name, {}, { ...opts, transforms: allowDelete(config.storage.allowDelete) });
    const { routing, storage } = config;
    const traefik = routerPeers(routing.traefikNamespace, routing.traefikAddresses);
    const ownAuthority = config.certificates.mode === "ownCa";
    const cluster = { context: config.context, kubeconfig: config.kubeconfig };
    const child = { parent: this, providers: [connectCluster(name + "-cluster", cluster, { parent: this })] };
    const pulling = config.namespaces.filter(({ pullSecret }) => pullSecret).map((namespace) => namespace.name);
    const keeper = retains() ? connectKeeper(name + "-keeper", cluster, { parent: this }) : undefined;

    createTraefik();
    if (config.admission.enabled) createAdmission();
    const issuer = new Issuer(name + "-issuer", { certificates: config.certificates }, child);
    const namespaces = config.namespaces.map(createNamespace);
    const ownNamespaces = config.apps.filter((app) => !app.shared).map(createAppNamespace);
    const namespaceOf = new Map([...namespaces, ...ownNamespaces].map((namespace) => [namespace.name, namespace]));
    const neighbours = new Neighbours();
    this.registry = config.registry.enabled ? createRegistry() : undefined;
    this.apps = Object.fromEntries(config.apps.map((app) => [app.name, createApp(app, this.registry).state]));
    if (this.registry !== undefined) {
      createArtifacts(this.registry);
    }
    this.localstack = config.localstack.enabled ? createLocalstack() : undefined;
    if (config.health.afterUp && this.registry !== undefined) {
      createHealth(this.registry);
    }
    if (config.health.afterUp && this.localstack !== undefined) {
      createEmulatorHealth(this.localstack);
    }

    const hosts = hostsOf(config);
    const warning = multicastWarning(hosts);
    if (warning !== undefined) void pulumi.log.warn(warning, this);
    this.caCertificate = issuer.caCertificate;
    this.dnsRecords = dnsRecords(hosts, routing.address);
    this.hostsFile = hostsFile(hosts, routing.address);
    this.nextSteps = nextSteps({
      stack: pulumi.getStack(),
      server: this.registry?.server,
      username: this.registry?.username,
      uiUrl: this.registry?.uiUrl,
      ownAuthority,
      pulling: { namespaces: pulling, secret: pullSecretName },
      nodeCaFile,
      hostsFile: this.hostsFile,
      tls:
        issuer.existingSecret === undefined
          ? undefined
          : { secret: issuer.existingSecret, namespaces: routedNamespaces(config), context: config.context },
      exposed: config.apps.flatMap(({ name: app, namespace }) =>
        (this.apps[app]!.exposed ?? []).map(({ service, ports }) => ({ app, namespace, service, ports })),
      ),
      emulator: this.localstack,
    });
    this.registerOutputs({});

    /** Whether anything outlives the stack; a connection that nothing uses would still cost its start. */
    function retains() {
      const { enabled, storage: volume } = config.registry;
      return (
        (enabled && volume.protection !== "none") ||
        (config.localstack.enabled && config.localstack.storage.protection !== "none") ||
        (config.namespaces.length > 0 && storage.protection !== "none") ||
        // A chart may keep objects by itself.
        config.apps.length > 0
      );
    }

    function createTraefik() {
      new Traefik(name + "-traefik", { ...routing, asksForAddresses: asksForAddresses(config) }, child);
    }

    function createAdmission() {
      const { registry, localstack, apps } = config;
      const names = [
        ...config.namespaces.map((namespace) => namespace.name),
        ...apps.map((app) => app.namespace),
        ...(registry.enabled ? [registry.namespace] : []),
        ...(localstack.enabled ? [localstack.namespace] : []),
      ];
      const exposing = apps.map(({ name: app, namespace, expose }) => ({ app, namespace, expose }));
      new Admission(name + "-admission", { ...config.admission, namespaces: [...new Set(names)], apps: exposing }, child);
    }

    function createNamespace(namespace: PlatformConfig["namespaces"][number]) {
      return new Namespace(
        `${name}-namespace-${namespace.name}`,
        {
          name: namespace.name,
          podSecurity: namespace.podSecurity,
          quota: namespace.quota,
          egress: namespace.egress,
          traffic: "apps",
          routerPeers: traefik,
          protection: protectionOf(namespace.name, storage.protection),
          keeper,
        },
        child,
      );
    }

    /** Of what the apps keep in a namespace. */
    function protectionOf(namespace: string, own?: Protection) {
      return namespaceProtection(
        config.apps.filter((app) => app.namespace === namespace),
        own,
      );
    }

    function createAppNamespace(app: PlatformConfig["apps"][number]) {
      return new Namespace(
        `${name}-app-${app.name}-namespace`,
        {
          name: app.namespace,
          podSecurity: app.podSecurity,
          quota: app.quota,
          egress: app.egress,
          traffic: "apps",
          routerPeers: traefik,
          protection: protectionOf(app.namespace),
          keeper,
        },
        child,
      );
    }

    function createApp(app: PlatformConfig["apps"][number], registry?: Registry) {
      const namespace = namespaceOf.get(app.namespace)!;
      const pullSecret = !app.shared || pulling.includes(app.namespace) ? pullSecretName : undefined;
      return new HelmApp(
        `${name}-app-${app.name}`,
        {
          ...app,
          issuer,
          router: routing,
          keeper,
          neighbours,
          registry: registry && { server: registry.server, pullSecret, access: registryAccess(registry) },
        },
        { ...child, dependsOn: registry === undefined ? [namespace] : [namespace, registry] },
      );
    }

    function createArtifacts(registry: Registry) {
      for (const artifact of config.artifacts) {
        const label = artifact.name.replace(/[^a-z0-9]+/gi, "-");
        // As it was called before the spelling that the field has.
        const aliases = [{ name: `${name}-artefact-${label}` }];
        const child = { parent: registry, dependsOn: registry, aliases };
        pushArtifact(`${name}-artifact-${label}`, artifact, registryAccess(registry), child);
      }
    }

    function registryAccess({ url, username, password }: Registry) {
      return pulumi.all([issuer.caCertificate, password]).apply(([ca, plain]) => ({
        url,
        address: routing.address ?? "",
        ca,
        insecure: config.certificates.mode === "selfSigned",
        username,
        password: plain,
      }));
    }

    function createRegistry() {
      return new Registry(
        name + "-registry",
        {
          ...config.registry,
          issuer,
          ownAuthority,
          router: routing,
          routerPeers: traefik,
          pullNamespaces: [...namespaces.filter((namespace) => pulling.includes(namespace.name)), ...ownNamespaces],
          keeper,
        },
        child,
      );
    }

    function createLocalstack() {
      return new Localstack(
        name + "-localstack",
        {
          config: config.localstack,
          issuer,
          router: routing,
          routerPeers: traefik,
          keeper,
        },
        child,
      );
    }

    /** What a check of any service needs to know. */
    function checked(url: string, triggers: pulumi.Input<string>[]) {
      const selfSigned = config.certificates.mode === "selfSigned";
      return { url, triggers, address: routing.address, caCertificate: issuer.caCertificate, selfSigned };
    }

    function createHealth(registry: Registry) {
      const { url, revision, username, password } = registry;
      const accounts = [{ name: username, password }, ...config.registry.users];
      new RegistryHealth(name + "-health", { ...checked(url, revision), accounts }, { ...child, dependsOn: registry });
    }

    function createEmulatorHealth(emulator: Localstack) {
      new LocalstackHealth(name + "-localstack-health", checked(emulator.url, [emulator.revision]), {
        ...child,
        dependsOn: emulator,
      });
    }
  }
}
