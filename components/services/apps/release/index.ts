import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import type { Protection } from "../../../config/types";
import type { ChildOptions } from "../../../builders";
import { scopeOf } from "../../../../kubernetes/kinds";
import { adapt, hookProblems, refusal, type AdaptSettings, type KubeObject } from "../adapt";
import { templateOptions, type ChartSource, type Inspection } from "../rendering";
import { isData } from "../keeper";
import { nullPaths } from "./nulls";
import { rendererPath, writeRenderer } from "./program";
import { ReleasedObject, releasedName } from "./releasedObject";

export interface ReleaseArgs {
  source: ChartSource;
  inspected: Inspection;
  settings: AdaptSettings;
  /** Of what holds data. */
  protection: Protection;
  /** The settings with what they need of the registry, at a deployment. */
  withRegistry: (settings: AdaptSettings) => pulumi.Output<AdaptSettings>;
}

/**
 * Installs a chart as helm does, hooks included. What it makes is registered first, object by object, and the release waits for that:
 * what a policy refuses is refused before helm begins.
 * @throws pulumi.RunError with everything for which the app is refused
 */
export function createRelease(
  name: string,
  { source, inspected, settings, protection, withRegistry }: ReleaseArgs,
  opts: ChildOptions,
): k8s.helm.v3.Release {
  const { objects, problems } = adapt(inspected.objects, settings);
  const hooks = inspected.hooks.map(({ object }) => object);
  const all = [...problems, ...hookProblems(hooks, inspected.objects, settings), ...nullProblems(source)];
  if (all.length > 0) throw new pulumi.RunError(refusal(source.name, all));
  const released = [...objects, ...hooks].map((object) => {
    const shown = placed(object, source.namespace);
    return new ReleasedObject(releasedName(name, shown, source.namespace), shown, {
      parent: opts.parent,
      protect: protection === "protect" && isData(shown),
    });
  });
  const { chart, version, repository } = source;
  return new k8s.helm.v3.Release(
    name,
    {
      name: source.name,
      namespace: source.namespace,
      chart,
      version,
      repositoryOpts: repository === undefined ? undefined : { repo: repository },
      values: valuesOf(source),
      postrender: renderer(),
      // What fails is undone by helm itself: an installation is taken away, an upgrade goes back to the revision before.
      atomic: true,
      cleanupOnFail: true,
      waitForJobs: true,
      timeout: settings.readyWithin,
      maxHistory: 5,
    },
    opts,
  );

  /** Known when the engine has taken in, and the policies have judged, every object: a component cannot be depended on. */
  function renderer(): pulumi.Input<string> {
    const path = rendererPath(chart, settings);
    // A preview renders nothing by it and writes nothing.
    const judged = pulumi.all(released.map(({ urn }) => urn));
    if (pulumi.runtime.isDryRun()) return judged.apply(() => path);
    return pulumi.all([withRegistry(settings), judged]).apply(([complete]) => writeRenderer(path, complete));
  }
}

/** Files and values as one map: the plugin merges files without a sign of it in its inputs, so a changed one shows here. */
function valuesOf(source: ChartSource): Record<string, unknown> {
  return (templateOptions(source) as { values: Record<string, unknown> }).values;
}

/** The plugin before 4.30 drops nulls on their way to a release, whichever way they come: the default would come back silently. */
function nullProblems(source: ChartSource): string[] {
  return nullPaths(valuesOf(source)).map(
    (path) =>
      `its value ${path} is null, which takes a default away, and a release of helm gets no nulls through the plugin (4.25): set it ` +
      "to an empty or false value that the chart understands, or change the chart's own values.yaml",
  );
}

/** helm puts into the release's namespace what names none. */
function placed(object: KubeObject, namespace: string): KubeObject {
  const { metadata } = object;
  if (metadata.namespace !== undefined || scopeOf(object.apiVersion, object.kind) === "Cluster") return object;
  return { ...object, metadata: { ...metadata, namespace } };
}
