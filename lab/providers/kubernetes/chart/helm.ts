/** Renders a chart with the helm program that is on PATH. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { text, list, type KubeObject } from "../objects";
import { Asset, isMap, type PropertyMap, type PropertyValue } from "../values";
import type { ChartArgs } from "./args";

/** The cluster that a chart is rendered for; undefined for none. */
export interface Target {
  kubeVersion: string;
  apiVersions: string[];
  /** Content of a kubeconfig for `lookup`, with its context already chosen. */
  kubeconfig: string;
}

/** The version that a chart rendered for no cluster is told: of the lab's. helm itself would say 1.20. */
const KUBE_VERSION = "v1.34.0";

/**
 * The arguments of `helm template`. Values come on stdin and the kubeconfig in a file that only its owner can read, so
 * that no secret shows in the process list.
 */
export function helmArguments(args: ChartArgs, valueFiles: string[], target?: { file: string } & Target): string[] {
  const result = ["template", args.name, args.chart];
  if (args.namespace !== "") result.push("--namespace", args.namespace);
  if (args.version !== "") result.push("--version", args.version);
  if (args.repo !== "") result.push("--repo", args.repo);
  if (args.devel) result.push("--devel");
  if (args.dependencyUpdate) result.push("--dependency-update");
  if (args.plainHttp) result.push("--plain-http");
  if (!args.skipCrds) result.push("--include-crds");
  result.push(args.includeHooks ? "--skip-tests" : "--no-hooks");
  const [postRenderer, ...rest] = args.postRenderer;
  if (postRenderer !== undefined) result.push("--post-renderer", postRenderer);
  for (const arg of rest) result.push("--post-renderer-args", arg);
  for (const file of valueFiles) result.push("--values", file);
  result.push("--values", "-");
  if (target === undefined) return [...result, "--dry-run=client", "--kube-version", KUBE_VERSION];
  result.push("--dry-run=server", "--kubeconfig", target.file, "--kube-version", target.kubeVersion);
  for (const apiVersion of target.apiVersions) result.push("--api-versions", apiVersion);
  return result;
}

/** @returns the chart's objects in the order in which helm prints them @throws Error with helm's own words */
export async function renderChart(args: ChartArgs, target: Target | undefined, signal: AbortSignal): Promise<KubeObject[]> {
  const folder = mkdtempSync(join(tmpdir(), "chart-"));
  const privately = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  try {
    const files = args.valueYamlFiles.map(
      (asset, index) => asset.source.path ?? privately(`values-${index}.yaml`, contentOf(asset)),
    );
    const reached = target && { ...target, file: privately("kubeconfig", target.kubeconfig) };
    const values = JSON.stringify(withContents(args.values));
    return parseManifests(await helm(helmArguments(args, files, reached), values, signal));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function contentOf(asset: Asset): string {
  const { path, text: content, uri } = asset.source;
  if (uri !== undefined) throw new Error(`values from ${uri}: only files and text can be values of a chart here`);
  return path === undefined ? (content ?? "") : readFileSync(path, "utf8");
}

/** Assets among the values stand for their content. */
function withContents(value: PropertyValue): PropertyValue {
  if (value instanceof Asset) return contentOf(value);
  if (Array.isArray(value)) return value.map(withContents);
  if (!isMap(value)) return value;
  const result: PropertyMap = {};
  for (const [key, member] of Object.entries(value)) result[key] = withContents(member);
  return result;
}

function helm(parameters: string[], input: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("helm", parameters, { stdio: ["pipe", "pipe", "pipe"], signal });
    let output = "";
    let complaints = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaints += chunk));
    child.on("error", (error: NodeJS.ErrnoException) => {
      const missing = error.code === "ENOENT";
      reject(
        missing ? new Error("a helm.v4.Chart is rendered with helm, which is not on PATH: install Helm 3.14 or later") : error,
      );
    });
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`helm template failed: ${complaints.trim() || `exit code ${code}`}`));
    });
    // helm may end, with an error of its own to report, before it has read its input.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/** Lists (`kind: List`, `kind: <Kind>List` with items) are taken apart; empty documents are dropped. */
export function parseManifests(manifests: string): KubeObject[] {
  return parseAllDocuments(manifests, { logLevel: "error" }).flatMap((document) => {
    const error = "errors" in document ? document.errors[0] : undefined;
    if (error !== undefined) throw new Error(`the chart renders what is not YAML: ${error.message}`);
    const object: unknown = "toJS" in document ? document.toJS() : null;
    return isMap(object) ? expand(object) : [];
  });
}

function expand(object: KubeObject): KubeObject[] {
  if (Array.isArray(object.items) && text(object, "kind").endsWith("List")) {
    return list(object, "items").filter(isMap).flatMap(expand);
  }
  if (Object.keys(object).length === 0) return [];
  for (const member of ["apiVersion", "kind"] as const) {
    if (text(object, member) === "") throw new Error(`the chart renders an object without ${member}: ${start(object)}`);
  }
  if (text(object, "metadata", "name") === "") {
    throw new Error(`the chart renders an object without metadata.name: ${start(object)}`);
  }
  return [object];
}

function start(object: KubeObject): string {
  return JSON.stringify(object).slice(0, 100);
}
