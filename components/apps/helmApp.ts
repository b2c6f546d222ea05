import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { ServerCertificate, type Issuer } from "../certificates";
import type { AppConfig, AppRouteConfig } from "../config/types";
import { after, childOf, labels } from "../kubernetes";
import { HttpsRoute, type Router } from "../routing";
import { Volume } from "../storage";
import { createAllowFrom } from "./allowFrom";
import { adapt, refusal, unstatedUsers, type AdaptSettings, type KubeObject } from "./adapt";
import { fetchParts, missingParts, requireChart } from "./chart";
import { writeAccessFile } from "./images/accessFile";
import type { RegistryAccess } from "./images/client";
import { ownObjects, type Neighbours } from "./neighbours";
import { appOutput, type AppOutput } from "./output";
import { pushImage } from "./pushImage";
import { createRelease } from "./release";
import {
  ChartWithoutCluster,
  clusterAnswers,
  inspectChart,
  tellChanging,
  tellHooks,
  type ChartSource,
  type HookSecret,
  type Inspection,
} from "./rendering";
import { createAppSecret } from "./secrets";
import { adaptSettings, backupClaim } from "./settings";

export interface HelmAppArgs extends AppConfig {
  issuer: Issuer;
  router: Router;
  /** The platform's registry: what image names begin with, its pull secret where the namespace has one, how to push. */
  registry?: { server: string; pullSecret?: string; access: pulumi.Output<RegistryAccess> };
  /** Connection for what is retained (connectKeeper). */
  keeper?: k8s.Provider;
  /** The apps that share namespaces. */
  neighbours: Neighbours;
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
    // The policies read here which ports are exposed, and why.
    super("homelab:apps:HelmApp", name, { app: args.name, namespace: args.namespace, expose: args.expose }, opts);
    const child = childOf(this, opts);
    const self = this;
    const settings = (hookSecrets: HookSecret[]) => adaptSettings(args, hookSecrets, args.registry);
    const { namespace, route, database, router } = args;
    const ownLabels = labels({ name: args.name });
    requireChart(args.name, args.chart, args.valueFiles);

    const secrets = args.secrets.map(createSecret);
    const volumes = createVolumes();
    const images = args.registry === undefined ? [] : pushImages(args.registry.access);
    const chartOptions = after(child, ...secrets, ...volumes, ...images);
    const ready = install();
    if (route !== undefined) {
      createRoute(route);
    }

    createAllowFrom(name + "-allow-from", args, child);

    this.state = appOutput(args, ready);
    this.registerOutputs({ state: this.state });

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

    function install(): pulumi.Output<string> {
      if (args.install === "release") return pulumi.output(afterTheOthers(installRelease()));
      return pulumi.runtime.isDryRun() ? pulumi.output(afterTheOthers(previewChart())) : chartReady(createChart([]));
    }

    /** By helm. Rendered at a deployment too, because what helm makes is known to the engine by that alone. */
    async function installRelease(): Promise<pulumi.Output<string>> {
      const answers = await clusterAnswers(self);
      const parts = missingParts(args.chart);
      if (parts.length > 0) throw new pulumi.RunError(fetchParts(args.name, args.chart, parts));
      const source = chartSource();
      const inspected = await inspectChart(source, answers, self);
      refuseNeighbours(inspected);
      const given = settings(inspected.hookSecrets);
      if (pulumi.runtime.isDryRun()) {
        await tellChanging(source, inspected, self);
        tellUsers(inspected.objects, given);
      }
      const release = { source, inspected, settings: given, withRegistry };
      return chartReady(createRelease(name + "-release", release, chartOptions));
    }

    function refuseNeighbours({ objects, hooks }: Inspection): void {
      if (!args.shared) return;
      const all = [...ownObjects(args), ...objects, ...hooks.map(({ object }) => object)];
      const problems = args.neighbours.join({ app: args.name, namespace, objects: all });
      if (problems.length > 0) throw new pulumi.RunError(refusal(args.name, problems));
    }

    function tellUsers(objects: KubeObject[], given: AdaptSettings): void {
      const users = unstatedUsers(objects, given);
      // Images of the platform are looked at in its registry.
      if (users !== undefined && !args.images.fromPlatform) pulumi.log.warn(users);
    }

    /**
     * What a preview tells of the chart before it shows what the chart makes. Only here are resources registered after
     * something was waited for: whether a cluster answers is not known sooner, and a deployment needs one in any case.
     */
    async function previewChart(): Promise<pulumi.Output<string>> {
      const answers = await clusterAnswers(self);
      const parts = missingParts(args.chart);
      if (parts.length > 0) {
        const words = fetchParts(args.name, args.chart, parts);
        if (!answers) throw new pulumi.RunError(words);
        pulumi.log.warn(`${words}. The plugin tries to, now; what a rendering would tell is told at the next preview`);
        return chartReady(createChart([]));
      }
      const source = chartSource();
      const inspected = await inspectChart(source, answers, self);
      refuseNeighbours(inspected);
      tellHooks(args.name, inspected);
      await tellChanging(source, inspected, self);
      const given = settings(inspected.hookSecrets);
      tellUsers(inspected.objects, given);
      if (answers) return chartReady(createChart(inspected.hookSecrets));
      const { objects, problems } = adapt(inspected.objects, given);
      if (problems.length > 0) throw new pulumi.RunError(refusal(args.name, problems));
      return chartReady(new ChartWithoutCluster(name + "-chart", objects, chartOptions));
    }

    function chartSource(): ChartSource {
      const { chart, version, repository, valueFiles, values } = args;
      return { name: args.name, namespace, chart, version, repository, valueFiles, values };
    }

    function createChart(hookSecrets: HookSecret[]) {
      return new k8s.helm.v4.Chart(
        name + "-chart",
        {
          name: args.name,
          namespace,
          chart: args.chart,
          version: args.version,
          repositoryOpts: args.repository === undefined ? undefined : { repo: args.repository },
          // As the last of the files, because the plugin drops nulls from `values`, and with a null one takes a default away.
          valueYamlFiles: [
            ...args.valueFiles.map((file) => new pulumi.asset.FileAsset(file)),
            new pulumi.asset.StringAsset(JSON.stringify(args.values)),
          ],
          // Seen from the project's folder, in which the engine runs its plugins: an absolute path would differ
          // from machine to machine.
          postRenderer: { command: "node", args: ["components/apps/postRender.js", rendererSettings(hookSecrets)] },
        },
        chartOptions,
      );
    }

    /**
     * With the account for the registry, so that images can be looked for. At a preview it may not be known yet, and an
     * unknown would hide the whole chart.
     */
    function rendererSettings(hookSecrets: HookSecret[]): pulumi.Input<string> {
      const { registry } = args;
      if (registry === undefined) {
        return JSON.stringify(settings(hookSecrets));
      }
      const withAccess = withRegistry(settings(hookSecrets)).apply((complete) => JSON.stringify(complete));
      return pulumi.output(
        isKnown(registry.access).then((known) => (known ? withAccess : JSON.stringify(settings(hookSecrets)))),
      );
    }

    function withRegistry(given: AdaptSettings): pulumi.Output<AdaptSettings> {
      const { registry } = args;
      if (registry === undefined) return pulumi.output(given);
      const preview = pulumi.runtime.isDryRun();
      const toCome = preview ? args.images.push.map((image) => image.name) : [];
      return pulumi.unsecret(registry.access.apply(writeAccessFile)).apply((accessFile) => {
        return { ...given, registry: { server: registry.server, accessFile, toCome, preview } };
      });
    }

    function createRoute({ host, service, port, paths, middlewares }: AppRouteConfig) {
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
          middlewares,
          router,
        },
        after(child, certificate, ...secrets),
      );
    }
  }
}

/** A chart's URN is known when its objects have been waited for. */
function chartReady(chart: pulumi.Resource): pulumi.Output<string> {
  return chart.urn.apply(() => "ready");
}

const previews: Promise<unknown>[] = [];

/**
 * One app that is refused does not hide what is wrong with the others: it fails the preview when all of them have been looked at.
 * It has to fail, because an app whose objects are not registered would look as if it were to be deleted.
 */
async function afterTheOthers<T>(preview: Promise<T>): Promise<T> {
  previews.push(preview.catch(() => undefined));
  try {
    return await preview;
  } catch (error) {
    await Promise.all(previews);
    throw error;
  }
}

/** Pulumi hides this from its types; the alternative would be to run a part of the program only when nothing is unknown. */
function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  return (output as unknown as { isKnown: Promise<boolean> }).isKnown;
}
