import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readDocument } from "../../../kubernetes/yaml";

/** Whether a chart is a folder of this machine; anything else is fetched by helm. */
export function isChartFolder(chart: string): boolean {
  return /^\.{0,2}\//.test(chart);
}

/** What a file of a chart or of its values holds. @throws pulumi.RunError with the file and the line, where it is no YAML */
export function readChartFile(file: string): unknown {
  try {
    return readDocument(readFileSync(file, "utf8"));
  } catch (error) {
    throw new pulumi.RunError(`${file} cannot be read, ${(error as Error).message}`);
  }
}

/**
 * Looks at a chart's folder before helm does, whose own messages name no app.
 * @throws pulumi.RunError when there is no chart, or a values file is missing
 */
export function requireChart(app: string, chart: string, valueFiles: string[]): void {
  if (isChartFolder(chart) && !existsSync(join(chart, "Chart.yaml"))) {
    throw new pulumi.RunError(
      `The app ${app}: ${chart} is no chart, it has no Chart.yaml. Set \`chart\` to the chart's folder, seen from the project's.`,
    );
  }
  const parts = missingParts(chart);
  if (parts.length > 0 && !existsSync(join(chart, "Chart.lock"))) throw new pulumi.RunError(fetchParts(app, chart, parts));
  const missing = valueFiles.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    throw new pulumi.RunError(
      `The app ${app}: there is no values file ${missing.join(", ")}. Paths are seen from the project's folder.`,
    );
  }
}

/**
 * Other charts that a chart's folder says it consists of and does not hold, as `redis 18.1.0`; empty for a chart that is not a
 * folder. helm asks for all of them, used or not.
 */
export function missingParts(chart: string): string[] {
  if (!isChartFolder(chart)) return [];
  const { dependencies } = (readChartFile(join(chart, "Chart.yaml")) ?? {}) as {
    dependencies?: { name: string; version?: string }[] | null;
  };
  const folder = join(chart, "charts");
  const held = existsSync(folder) ? readdirSync(folder) : [];
  return (dependencies ?? []).flatMap(({ name, version = "" }) => {
    const there = held.some((entry) => entry === name || (entry.startsWith(`${name}-`) && entry.endsWith(".tgz")));
    return there ? [] : [`${name} ${version}`.trim()];
  });
}

/** What to do about parts that are missing. */
export function fetchParts(app: string, chart: string, parts: string[]): string {
  return `The app ${app}: its chart's folder lacks the parts ${parts.join(", ")}. Fetch them, where there is a network: helm dependency build ${chart}`;
}
