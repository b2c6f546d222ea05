import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { ServerCertificate, type Issuer } from "../certificates";
import type { AppConfig, AppRouteConfig } from "../config/types";
import { after, childOf, labels } from "../kubernetes";
import { HttpsRoute, httpsUrl, type Router } from "../routing";
import { Volume } from "../storage";
import type { AdaptSettings } from "./adapt";
import { hookFiles, requireChart } from "./chart";
import { writeAccessFile } from "./images/accessFile";
import type { RegistryAccess } from "./images/client";
import { pushImage } from "./pushImage";
import { createAppSecret } from "./secrets";

export interface HelmAppArgs extends AppConfig {
  issuer: Issuer;
  router: Router;
  /** The platform's registry: what image names begin with, its pull secret in the app's namespace, how to push. */
  registry?: { server: string; pullSecret: string; access: pulumi.Output<RegistryAccess> };
  /** Connection for what is retained (connectKeeper). */
  keeper?: k8s.Provider;
}

/** What an app tells about itself; no secret in it. */
export interface AppOutput {
  namespace: string;
  chart: string;
  version?: string;
  /** The app's page, and the addresses that tell whether it serves. */
  url?: string;
  health?: string[];
  /** `ready` when all that the chart makes was ready at the end of the deployment; `npm run health` tells the present. */
  state: pulumi.Output<string>;
  database?: { workload: string; file: string; claim: string; backups?: string };
}

/**
 * An app from its Helm chart. helm renders the chart, the post-renderer fits what it rendered to the platform (or
 * refuses it), and each object becomes a resource that previews show and policies judge.
 *
 * The post-renderer is what carries the fitting because it works with every version of the engine, and on the objects
 * themselves: values reach only what a chart's author thought of, and the namespace's default service account only pods
 * that have none of their own.
 */
export class HelmApp extends pulumi.ComponentResource {
  public readonly state: AppOutput;

  constructor(name: string, args: HelmAppArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:apps:HelmApp", name, {}, opts);
    const child = childOf(this, opts);
    const { namespace, route, database, router } = args;
    const ownLabels = labels({ name: args.name });
    requireChart(args.name, args.chart, args.valueFiles);
    tellHooks();

    const secrets = args.secrets.map(createSecret);
    const volumes = createVolumes();
    const images = args.registry === undefined ? [] : pushImages(args.registry.access);
    const chart = createChart();
    if (route !== undefined) {
      createRoute(route);
    }

    this.state = {
      namespace,
      chart: args.chart,
      ...(args.version === undefined ? {} : { version: args.version }),
      ...(route === undefined ? {} : { url: url(route), health: route.health.map((path) => url(route) + path) }),
      // A chart's URN is known when its objects have been waited for.
      state: chart.urn.apply(() => "ready"),
      ...(database === undefined ? {} : { database: databaseState(database) }),
    };
    this.registerOutputs({ state: this.state });

    function url({ host }: AppRouteConfig) {
      return httpsUrl(host, router.port);
    }

    function tellHooks() {
      const files = hookFiles(args.chart);
      if (files.length > 0) {
        pulumi.log.warn(
          `The app ${args.name}: its chart has hooks, which are not run here: ${files.join(", ")}`,
          undefined,
          undefined,
          true,
        );
      }
    }

    function createSecret(secret: AppConfig["secrets"][number]) {
      return createAppSecret(`${name}-secret-${secret.name}`, { ...secret, app: args.name, namespace }, child);
    }

    function createVolumes() {
      if (database === undefined) {
        return [];
      }
      const common = {
        namespace,
        keeper: args.keeper,
        labels: { ...ownLabels, "homelab/single-writer": "true" },
        exclusive: database.exclusive,
      };
      const data = new Volume(`${name}-data`, { ...database.storage, ...common, claimName: database.claim }, child);
      if (database.backup === undefined) {
        return [data];
      }
      const copies = { ...database.backup.storage, ...common, claimName: backupClaim(database.claim) };
      return [data, new Volume(`${name}-backups`, copies, child)];
    }

    function pushImages(access: pulumi.Output<RegistryAccess>) {
      return args.images.push.map((image) => {
        return pushImage(`${name}-push-${image.name.replace(/[^a-z0-9]+/gi, "-")}`, { app: args.name, image, access }, child);
      });
    }

    function createChart() {
      return new k8s.helm.v4.Chart(
        name + "-chart",
        {
          name: args.name,
          namespace,
          chart: args.chart,
          version: args.version,
          repositoryOpts: args.repository === undefined ? undefined : { repo: args.repository },
          valueYamlFiles: args.valueFiles.map((file) => new pulumi.asset.FileAsset(file)),
          values: args.values,
          // Seen from the project's folder, in which the engine runs its plugins: an absolute path would differ
          // from machine to machine.
          postRenderer: { command: "node", args: ["components/apps/postRender.js", rendererSettings()] },
        },
        after(child, ...secrets, ...volumes, ...images),
      );
    }

    /**
     * With the account for the registry, so that images can be looked for. At a preview it may not be known yet, and an
     * unknown would hide the whole chart.
     */
    function rendererSettings(): pulumi.Input<string> {
      const { registry } = args;
      if (registry === undefined) {
        return JSON.stringify(settings());
      }
      const preview = pulumi.runtime.isDryRun();
      const toCome = preview ? args.images.push.map((image) => image.name) : [];
      const withAccess = pulumi.unsecret(registry.access.apply(writeAccessFile)).apply((accessFile) => {
        return JSON.stringify({ ...settings(), registry: { server: registry.server, accessFile, toCome, preview } });
      });
      return pulumi.output(isKnown(registry.access).then((known) => (known ? withAccess : JSON.stringify(settings()))));
    }

    function settings(): AdaptSettings {
      return {
        app: args.name,
        namespace,
        podSecurity: args.podSecurity,
        clusterWide: args.clusterWide,
        single: args.single,
        linterAnnotations: args.linterAnnotations,
        readyWithin: args.readyWithin,
        nodePorts: args.nodePorts,
        pullSecret: args.registry?.pullSecret,
        imagesFrom: args.images.fromPlatform ? args.registry?.server : undefined,
        secrets: args.secrets.map(({ name: secretName, keys, revision, environmentOf }) => {
          return { name: secretName, keys: keys.map(({ key }) => key), revision, environmentOf };
        }),
        services: route === undefined ? [] : [route, ...route.paths].map(({ service, port }) => ({ name: service, port })),
        database: database && {
          workload: database.workload,
          file: database.file,
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

    function createRoute({ host, service, port, paths }: AppRouteConfig) {
      const certificate = new ServerCertificate(
        name + "-tls",
        {
          issuer: args.issuer,
          host,
          namespace,
          secretName: `${args.name}-tls`,
          labels: ownLabels,
        },
        child,
      );
      new HttpsRoute(
        name + "-route",
        {
          routeName: args.name,
          namespace,
          labels: ownLabels,
          host,
          service: { name: service, port },
          paths: paths.map((entry) => ({ path: entry.path, service: { name: entry.service, port: entry.port } })),
          secretName: certificate.secretName,
          router,
        },
        after(child, certificate),
      );
    }
  }
}

/** Pulumi hides this from its types; the alternative would be to run a part of the program only when nothing is unknown. */
function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  return (output as unknown as { isKnown: Promise<boolean> }).isKnown;
}

function databaseState({ workload, file, claim, backup }: NonNullable<AppConfig["database"]>) {
  return { workload, file, claim, ...(backup === undefined ? {} : { backups: backupClaim(claim) }) };
}

function backupClaim(claim: string): string {
  return `${claim}-backups`;
}
