import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** Whether a chart is a folder of this machine; anything else is fetched by helm. */
export function isChartFolder(chart: string): boolean {
  return /^\.{0,2}\//.test(chart);
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
  const missing = valueFiles.filter((file) => !existsSync(file));
  if (missing.length > 0) {
    throw new pulumi.RunError(
      `The app ${app}: there is no values file ${missing.join(", ")}. Paths are seen from the project's folder.`,
    );
  }
}

/**
 * Files of a chart's folder that hold hooks. Hooks are Helm's own steps before or after an installation; here the
 * engine installs the objects, and nothing runs them. Empty for a chart that is not a folder.
 */
export function hookFiles(chart: string): string[] {
  if (!isChartFolder(chart) || !existsSync(chart)) return [];
  return (
    readdirSync(chart, { recursive: true, encoding: "utf8" })
      .filter((file) => /(^|\/)templates\/.*\.(ya?ml|tpl)$/.test(file) && statSync(join(chart, file)).isFile())
      // Tests are hooks too; nobody expects them to run at an installation.
      .filter((file) => /helm\.sh\/hook["']?\s*:(?!\s*["']?test)/.test(readFileSync(join(chart, file), "utf8")))
      .sort()
  );
}
