import * as pulumi from "@pulumi/pulumi";
import { createHealthCheck } from "./blocks/health";
import { allowDelete, connectCluster, connectKeeper, routerPeers } from "./builders";
import { dnsRecords, hostsFile, multicastWarning, nameStep } from "./names";
import { services } from "./services";
import { configuredOutputs, factsOf } from "./services/facts";
import type { PlatformConfig } from "./services/resolve";
import type { HealthCheck, Made, PlatformContext } from "./services/service";

/** Everything a stack deploys: it goes through the services, and gives each what it needs of those before it. */
export class Platform extends pulumi.ComponentResource {
  /**
   * The outputs of a stack. Their names are a contract: the npm scripts, and whoever scripts around `pulumi stack output`,
   * read them. What a stack does not have is absent.
   */
  public readonly outputs: Record<string, unknown>;

  constructor(name: string, config: PlatformConfig, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:platform:Platform", name, {}, { ...opts, transforms: allowDelete(config.storage.allowDelete) });
    const { routing } = config;
    const facts = factsOf(config);
    const cluster = { context: config.context, kubeconfig: config.kubeconfig };
    const child = { parent: this, providers: [connectCluster(name + "-cluster", cluster, { parent: this })] };
    const platform: Omit<PlatformContext, "made" | "nextSteps"> = {
      name,
      stack: pulumi.getStack(),
      config,
      facts,
      child,
      keeper: retains() ? connectKeeper(name + "-keeper", cluster, { parent: this }) : undefined,
      routerPeers: routerPeers(routing.traefikNamespace, routing.traefikAddresses),
    };

    const hosts = facts.hosts.map(({ host }) => host);
    const names = hostsFile(hosts, routing.address);
    const made: Partial<Made> = {};
    const steps = [nameStep(names)];
    const deployed = services.flatMap((service) => {
      // The order of the services gives each what it takes from here.
      const result = service.deploy?.({ ...platform, made: made as Made, nextSteps: [...steps] });
      Object.assign(made, result?.made);
      steps.push(...(result?.nextSteps ?? []));
      return result ?? [];
    });
    if (config.health.afterUp) deployed.flatMap(({ health }) => health ?? []).forEach(checkHealth);

    const warning = multicastWarning(hosts);
    if (warning !== undefined) void pulumi.log.warn(warning, this);
    const ofServices = [configuredOutputs(config), ...deployed.map((one) => one.outputs)];
    const outputs = {
      ...Object.fromEntries(ofServices.flatMap((one): [string, unknown][] => Object.entries(one ?? {}))),
      dnsRecords: dnsRecords(hosts, routing.address),
      hostsFile: names,
      nextSteps: steps.filter((step) => step !== "").join("\n"),
    };
    // Pulumi warns of every output without a value.
    this.outputs = Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
    this.registerOutputs({});

    /** Whether anything outlives the stack; a connection that nothing uses would still cost its start. */
    function retains() {
      const volumes = facts.volumes.some(({ storage }) => storage.protection !== "none");
      return volumes || services.some((service) => service.retains?.(config));
    }

    function checkHealth({ name: check, component, ...health }: HealthCheck) {
      const selfSigned = config.certificates.mode === "selfSigned";
      const certificate = { caCertificate: made.issuer!.caCertificate, selfSigned };
      const service = { ...health, ...certificate, address: routing.address };
      createHealthCheck(`${name}-${check}`, service, { ...child, dependsOn: component });
    }
  }
}
