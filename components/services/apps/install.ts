import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type { ChildOptions } from "../../builders";
import { stateOf } from "../../pulumiInternals";
import { adapt, additions, closedApi, foreignClaims, refusal, unstatedUsers, type AdaptSettings, type KubeObject } from "./adapt";
import type { HelmAppArgs } from "./args";
import { fetchParts, missingParts } from "./chart";
import { writeAccessFile } from "./accessFile";
import { keepObjects } from "./keeper";
import { ownObjects } from "./neighbours";
import { afterTheOthers } from "./previews";
import { postRenderer } from "./postRenderer";
import { createRelease } from "./release";
import {
  ChartWithoutCluster,
  askCluster,
  inspectChart,
  reportChanging,
  reportHooks,
  type ChartSource,
  type Cluster,
  type HookSecret,
  type Inspection,
} from "./rendering";
import { adaptSettings } from "./settings";

/**
 * Installs an app's chart, as its block says.
 * @param app the component under which that happens
 * @returns `ready`, known when what the chart makes has been waited for
 */
export function installChart(
  name: string,
  args: HelmAppArgs,
  app: pulumi.ComponentResource,
  opts: ChildOptions,
): pulumi.Output<string> {
  const { namespace } = args;
  const chartOptions = { ...opts, transforms: [keepObjects(args.protection, args.keeper)] };
  const settings = (hookSecrets: HookSecret[], cluster: Cluster) => adaptSettings(args, hookSecrets, cluster, args.registry);
  return install();

  function install(): pulumi.Output<string> {
    if (args.install === "release") return afterTheOthers(installRelease());
    return pulumi.runtime.isDryRun() ? afterTheOthers(previewChart()) : chartReady(createChart([], askCluster(app)));
  }

  /** By helm. Rendered at a deployment too, because what helm makes is known to the engine by that alone. */
  async function installRelease(): Promise<pulumi.Output<string>> {
    const cluster = await askCluster(app);
    const parts = missingParts(args.chart);
    if (parts.length > 0) throw new pulumi.RunError(fetchParts(args.name, args.chart, parts));
    const source = chartSource();
    const inspected = await inspectChart(source, cluster.answers, app);
    refuseNeighbours(inspected);
    const given = settings(inspected.hookSecrets, cluster);
    if (pulumi.runtime.isDryRun()) {
      await reportChanging(source, inspected, app);
      reportAdaptation(inspected.objects, given);
    }
    const release = { source, inspected, settings: given, withRegistry, protection: args.protection };
    return chartReady(createRelease(name + "-release", release, opts));
  }

  function refuseNeighbours({ objects, hooks }: Inspection): void {
    if (!args.shared) return;
    const all = [...ownObjects(args), ...objects, ...hooks.map(({ object }) => object)];
    const problems = args.neighbours?.join({ app: args.name, namespace, objects: all }) ?? [];
    if (problems.length > 0) throw new pulumi.RunError(refusal(args.name, problems));
  }

  /** Once for an app, at a preview: a deployment begins with one. */
  function reportAdaptation(objects: KubeObject[], given: AdaptSettings): void {
    const added = additions(objects, given);
    if (added !== undefined) pulumi.log.info(added);
    const unreached = closedApi(objects, given, args.egress);
    if (unreached !== undefined) pulumi.log.warn(unreached);
    const claims = foreignClaims(objects, given);
    if (claims !== undefined) pulumi.log.warn(claims);
    const users = unstatedUsers(objects, given);
    // Images of the platform are looked at in its registry.
    if (users !== undefined && !args.images.fromPlatform) pulumi.log.warn(users);
  }

  /**
   * What a preview tells of the chart before it shows what the chart makes. Only here are resources registered after
   * something was waited for: whether a cluster answers is not known sooner, and a deployment needs one in any case.
   */
  async function previewChart(): Promise<pulumi.Output<string>> {
    const cluster = await askCluster(app);
    const parts = missingParts(args.chart);
    if (parts.length > 0) {
      const words = fetchParts(args.name, args.chart, parts);
      if (!cluster.answers) throw new pulumi.RunError(words);
      pulumi.log.warn(`${words}. The plugin tries to, now; what a rendering would tell is told at the next preview`);
      return chartReady(createChart([], cluster));
    }
    const source = chartSource();
    const inspected = await inspectChart(source, cluster.answers, app);
    refuseNeighbours(inspected);
    reportHooks(args.name, inspected);
    await reportChanging(source, inspected, app);
    const given = settings(inspected.hookSecrets, cluster);
    reportAdaptation(inspected.objects, given);
    if (cluster.answers) return chartReady(createChart(inspected.hookSecrets, cluster));
    const { objects, problems } = adapt(inspected.objects, given);
    if (problems.length > 0) throw new pulumi.RunError(refusal(args.name, problems));
    return chartReady(new ChartWithoutCluster(name + "-chart", objects, chartOptions));
  }

  function chartSource(): ChartSource {
    const { chart, version, repository, valueFiles, values } = args;
    return { name: args.name, namespace, chart, version, repository, valueFiles, values };
  }

  function createChart(hookSecrets: HookSecret[], cluster: pulumi.Input<Cluster>) {
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
        postRenderer: {
          command: "node",
          args: [postRenderer(), rendererSettings(hookSecrets, cluster)],
        },
      },
      chartOptions,
    );
  }

  /**
   * With the account for the registry, so that images can be looked for. At a preview it may not be known yet, and an
   * unknown would hide the whole chart.
   */
  function rendererSettings(hookSecrets: HookSecret[], cluster: pulumi.Input<Cluster>): pulumi.Output<string> {
    const { registry } = args;
    const given = pulumi.output(cluster).apply((one) => settings(hookSecrets, one as Cluster));
    const known = registry === undefined ? false : stateOf(registry.access).isKnown;
    const complete = pulumi.output(known).apply((withAccount) => (withAccount ? given.apply(withRegistry) : given));
    return complete.apply((one) => JSON.stringify(one));
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
}

/** A chart's URN is known when its objects have been waited for. */
function chartReady(chart: pulumi.Resource): pulumi.Output<string> {
  return chart.urn.apply(() => "ready");
}
