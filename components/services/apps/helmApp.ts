import * as pulumi from "@pulumi/pulumi";
import type { AppConfig, AppRouteConfig } from "./types";
import { after, childOf, labels } from "../../builders";
import { defaultRouter } from "../../blocks/routing";
import { Volume } from "../../blocks/storage";
import { createHostRoute } from "../../blocks/webService";
import { createAllowFrom } from "./allowFrom";
import type { HelmAppArgs } from "./args";
import { requireChart } from "./chart";
import { installChart } from "./install";
import type { RegistryAccess } from "../../blocks/images/client";
import { appOutput, type AppOutput } from "./output";
import { pushImage } from "../../blocks/images/pushImage";
import { createAppSecret } from "./secrets";
import { backupClaim } from "./settings";

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
    // The policies read here which ports are exposed, and why, and which rights are asked for.
    const { name: app, namespace, podSecurity, clusterWide, expose } = args;
    super("homelab:apps:HelmApp", name, { app, namespace, podSecurity, clusterWide, expose }, opts);
    const child = childOf(this, opts);
    const { route, database, router = defaultRouter } = args;
    const ownLabels = labels({ name: args.name });
    requireChart(args.name, args.chart, args.valueFiles);

    const secrets = args.secrets.filter(({ madeBy }) => madeBy === undefined).map(createSecret);
    const volumes = createVolumes();
    const images = args.registry === undefined ? [] : pushImages(args.registry.access);
    const chartOptions = after(child, ...secrets, ...volumes, ...images);
    const ready = installChart(name, args, this, chartOptions);
    if (route !== undefined) createRoute(route);

    createAllowFrom(name + "-allow-from", args, child);

    this.state = appOutput({ ...args, router }, ready);
    this.registerOutputs({ state: this.state });

    function createSecret(secret: AppConfig["secrets"][number]) {
      return createAppSecret(`${name}-secret-${secret.name}`, { ...secret, app: args.name, namespace }, child);
    }

    function createVolumes() {
      if (database === undefined) return [];
      const common = {
        namespace,
        keeper: args.keeper,
        labels: { ...ownLabels, "homelab/single-writer": "true" },
        exclusive: database.exclusive,
      };
      const data = new Volume(`${name}-data`, { ...database.storage, ...common, claimName: database.claim }, child);
      if (database.backup === undefined) return [data];
      const copies = { ...database.backup.storage, ...common, claimName: backupClaim(database.claim) };
      return [data, new Volume(`${name}-backups`, copies, child)];
    }

    function pushImages(access: pulumi.Output<RegistryAccess>) {
      return args.images.push.map((image) => {
        return pushImage(`${name}-push-${image.name.replace(/[^a-z0-9]+/gi, "-")}`, { app: args.name, image, access }, child);
      });
    }

    function createRoute({ host, service, port, paths, middlewares }: AppRouteConfig) {
      createHostRoute(
        name,
        {
          objectName: args.name,
          namespace,
          labels: ownLabels,
          host,
          service: { name: service, port },
          paths: paths.map((entry) => ({ path: entry.path, service: { name: entry.service, port: entry.port } })),
          middlewares,
          issuer: args.issuer,
          router,
        },
        after(child, ...secrets),
      );
    }
  }
}
