import type { AppConfig } from "./types";
import type { AdaptSettings } from "./adapt";
import type { Cluster, HookSecret } from "./rendering";

/** What the platform asks of an app's objects, from the app's block; without what is known of the registry at a deployment. Pure. */
export function adaptSettings(
  app: AppConfig,
  hookSecrets: HookSecret[],
  { scopes }: Cluster,
  registry?: RegistryNames,
): AdaptSettings {
  const { route, database } = app;
  return {
    app: app.name,
    namespace: app.namespace,
    shared: app.shared,
    install: app.install,
    podSecurity: app.podSecurity,
    clusterWide: app.clusterWide,
    keepsData: app.protection !== "none",
    // Whoever may have everything is not asked what it is.
    scopes: app.clusterWide ? undefined : scopes,
    single: app.single,
    linterAnnotations: app.linterAnnotations,
    readyWithin: app.readyWithin,
    expose: app.expose.map(({ service, ports, type, allowedRanges }) => ({ service, ports, type, allowedRanges })),
    pullSecret: registry?.pullSecret,
    imagesFrom: app.images.fromPlatform ? registry?.server : undefined,
    secrets: app.secrets.map(({ name, keys, madeBy, revision, environmentOf }) => {
      return { name, keys: keys.map(({ key }) => key), ...(madeBy !== undefined && { madeBy }), revision, environmentOf };
    }),
    hookSecrets,
    services: route === undefined ? [] : [route, ...route.paths].map(({ service, port }) => ({ name: service, port })),
    database: database && {
      workload: database.workload,
      files: database.files,
      user: database.user,
      claim: database.claim,
      backup: database.backup && {
        every: database.backup.every,
        keep: database.backup.keep,
        image: database.backup.image,
        claim: backupClaim(database.claim),
      },
    },
  };
}

interface RegistryNames {
  server: string;
  pullSecret?: string;
}

export function backupClaim(claim: string): string {
  return `${claim}-backups`;
}
