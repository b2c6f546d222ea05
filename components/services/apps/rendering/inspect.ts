import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { KubeObject } from "../adapt";
import { isChartFolder, readChartFile } from "../chart";
import { changingValues, keysToSet } from "./changing";
import { describeHook, secretsOfHooks, splitHooks, type Hook, type HookSecret } from "./hooks";
import { renderChart, type ChartSource } from "./template";

/** What a rendering of a chart tells before anything of it is deployed. */
export interface Inspection {
  /** Whether it was rendered for a cluster that answers. */
  cluster: boolean;
  objects: KubeObject[];
  hooks: Hook[];
  /** Secrets that only the hooks make. */
  hookSecrets: HookSecret[];
}

export async function inspectChart(source: ChartSource, cluster: boolean, parent: pulumi.Resource): Promise<Inspection> {
  const { objects, hooks } = splitHooks(await renderChart(source, cluster, parent));
  return { cluster, objects, hooks, hookSecrets: secretsOfHooks(objects, hooks) };
}

/** Names the hooks that nobody will run. */
export function reportHooks(app: string, { hooks }: Inspection): void {
  if (hooks.length === 0) return;
  pulumi.log.warn(
    `The app ${app}: its chart has hooks, and nothing of them happens here: ${hooks.map(describeHook).join(", ")}. ` +
      "Switch off in the values what needs them, or let helm install the chart (install: release)",
  );
}

/** Renders once more and names what came out differently. */
export async function reportChanging(
  source: ChartSource,
  { objects, cluster }: Inspection,
  parent: pulumi.Resource,
): Promise<void> {
  const changing = changingValues(objects, splitHooks(await renderChart(source, cluster, parent)).objects);
  if (changing.length === 0) return;
  const keys = keysToSet(changing, chartValues(source.chart));
  pulumi.log.warn(
    `The app ${source.name}: its chart makes up values anew at every rendering, so every deployment would change them and ` +
      `restart what reads them: ${changing.map(({ object, path }) => `${object}, ${path}`).join("; ")}. ` +
      `Set them in the values${keys.length === 0 ? "" : ` (by their names: ${keys.join(", ")})`}, best as the name of a Secret ` +
      "under `secrets`. A chart that looks for its own Secret in the cluster (`lookup`) keeps them once it is deployed",
  );
}

/** The default values of a chart's folder; of other charts they are not known here. */
function chartValues(chart: string): unknown {
  const file = join(chart, "values.yaml");
  if (!isChartFolder(chart) || !existsSync(file)) return {};
  return readChartFile(file);
}
