import * as pulumi from "@pulumi/pulumi";
import { toJson } from "../../../../kubernetes/yaml";
import type { AppConfig } from "../types";
import type { KubeObject } from "../adapt";
import { isChartFolder, readChartFile } from "../chart";
import { renderFailure } from "./failure";

/** What is rendered, as an app's block has it; `name` is that of the release. */
export type ChartSource = Pick<AppConfig, "name" | "namespace" | "chart" | "version" | "repository" | "valueFiles" | "values">;

/** The plugin's function that renders. */
export const TEMPLATE = "kubernetes:helm:template";

/** For charts that ask for a version where no cluster tells one: the plugin's own would be 1.20. */
const WITHOUT_CLUSTER = "1.34.0";

type Values = Record<string, unknown>;

/**
 * Renders a chart through the kubernetes plugin, hooks included and tests left out: for the version and the APIs of the cluster
 * where one answers. `lookup` finds nothing in either case.
 * @throws pulumi.RunError with the app's name and helm's words
 */
export async function renderChart(source: ChartSource, cluster: boolean, parent: pulumi.Resource): Promise<KubeObject[]> {
  const jsonOpts = toJson({ ...templateOptions(source), ...(cluster ? {} : { kube_version: WITHOUT_CLUSTER }) });
  try {
    const answer = (await pulumi.runtime.invoke(TEMPLATE, { jsonOpts }, { parent })) as { result?: KubeObject[] };
    return answer.result ?? [];
  } catch (error) {
    throw new pulumi.RunError(renderFailure(source.name, (error as Error).message));
  }
}

/** The plugin's own names (HelmChartOpts). Values travel as JSON, in which a null stays a null. */
export function templateOptions({ name, namespace, chart, version, repository, valueFiles, values }: ChartSource): object {
  return {
    release_name: name,
    namespace,
    ...(isChartFolder(chart)
      ? { path: chart }
      : { chart, version, fetch_opts: repository === undefined ? {} : { repo: repository } }),
    values: [...valueFiles.map(readValues), values].reduce(mergeValues, {}),
  };
}

function readValues(file: string): Values {
  return (readChartFile(file) ?? {}) as Values;
}

/** As helm merges values files: maps key by key, all else is replaced. */
export function mergeValues(under: Values, over: Values): Values {
  const merged = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMap(below) && isMap(value) ? mergeValues(below, value) : value;
  }
  return merged;
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
