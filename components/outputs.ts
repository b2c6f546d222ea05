import type { Platform } from "./platform";

/**
 * The outputs of a stack. Their names are a contract: the npm scripts, and whoever scripts around `pulumi stack output`,
 * read them. What a stack does not have is absent.
 */
export function stackOutputs(platform: Platform): Record<string, unknown> {
  const { registry, localstack } = platform;
  const outputs = {
    registryUrl: registry?.url,
    registryHost: registry?.server,
    registryUsername: registry?.username,
    registryPassword: registry?.password,
    registryUiUrl: registry?.uiUrl,
    localstackUrl: localstack?.url,
    localstackRegion: localstack?.region,
    localstackEnvironment: localstack?.environment,
    localstackResources: localstack?.declared,
    localstackPersistence: localstack?.persistence,
    localstackPersistenceReason: localstack?.persistenceReason,
    nodeRegistriesYaml: registry?.nodeRegistriesYaml,
    apps: Object.keys(platform.apps).length > 0 ? platform.apps : undefined,
    caCertificate: platform.caCertificate,
    dnsRecords: platform.dnsRecords,
    hostsFile: platform.hostsFile,
    nextSteps: platform.nextSteps,
  };
  // Pulumi warns of every output without a value.
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
}
