import { spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import { parseAllDocuments } from "yaml";
import type { KubeObject } from "../../components/services/apps/adapt";
import { parseConfig } from "../../components/configuration";
import type { PlatformConfig } from "../../components/configuration";
import { buildPrograms } from "../../lab/engine/build";
import { helm as helmProgram } from "../../lab/engine/programs";
import { root } from "../../shared/paths";
import { recordPlatform } from "./fixtures";
import { plain, type RecordOptions, type Run } from "./recorder";

/* Apps as the program hands them to helm, and as helm renders them then. */

export type AppBlock = Record<string, unknown>;

/** A configuration with these apps, as a stack file would have them; the texts under `value` count as encrypted. */
export function configOf(...apps: AppBlock[]): PlatformConfig {
  const values = { "homelab:context": "any", "homelab:domain": "example.test", "homelab:apps": JSON.stringify(apps) };
  const secretKeys = new Set(JSON.stringify(apps).includes('"value":') ? ["homelab:apps"] : []);
  const result = parseConfig({ project: "homelab", stack: "test", values, secretKeys });
  assert.ok(result.ok, JSON.stringify(result));
  return result.config;
}

export function recordApps(apps: AppBlock[], preview = false, options: RecordOptions = {}): Promise<Run> {
  return recordPlatform(
    (config) => {
      config.apps = configOf(...apps).apps;
    },
    { preview, ...options },
  );
}

interface ChartInputs {
  name: string;
  namespace: string;
  chart: string;
  version?: string;
  repositoryOpts?: { repo: string };
  values: Record<string, unknown>;
  postRenderer: { command: string; args: string[] };
}

/** What helm is asked for, for one app. */
export function chartOf(run: Run, app: string): ChartInputs & { dependencies: string[] } {
  const found = run.resources.find(
    ({ type, name }) => type === "kubernetes:helm.sh/v4:Chart" && name === `homelab-app-${app}-chart`,
  );
  assert.ok(found, `no chart for ${app}`);
  const inputs = plain(found.inputs) as Omit<ChartInputs, "values"> & { valueYamlFiles: { text?: string }[] };
  // The app's own values are the last of the files.
  const values = JSON.parse(inputs.valueYamlFiles.at(-1)!.text!) as ChartInputs["values"];
  return { ...inputs, values, dependencies: found.dependencies };
}

let helm: string | undefined;

/** helm, built on a machine that has none. */
export async function ensureHelm(): Promise<string> {
  helm ??= (await buildPrograms([helmProgram])).helm!;
  return helm;
}

export interface Rendered {
  status: number;
  words: string;
  objects: KubeObject[];
}

/** Renders an app's chart with real helm, as the provider does: the app's values, values files and post-renderer. */
export async function renderApp(block: AppBlock): Promise<Rendered> {
  const program = await ensureHelm();
  const inputs = chartOf(await recordApps([block], true), String(block.name));
  const files = ((block.valueFiles ?? []) as string[]).flatMap((file) => ["--values", file]);
  const { command, args } = inputs.postRenderer;
  const post = ["--post-renderer", command, ...args.flatMap((arg) => ["--post-renderer-args", arg])];
  const place = [inputs.name, inputs.chart, "--namespace", inputs.namespace];
  const answer = spawnSync(program, ["template", ...place, "--no-hooks", ...files, "--values", "-", ...post], {
    cwd: root,
    encoding: "utf8",
    input: JSON.stringify(inputs.values),
  });
  const objects = parseAllDocuments(answer.stdout).map((document): unknown => ("toJS" in document ? document.toJS() : undefined));
  return {
    status: answer.status ?? 1,
    words: answer.stderr,
    objects: objects.filter((object): object is KubeObject => typeof object === "object" && object !== null),
  };
}

export function rendered(found: Rendered, kind: string, name: string): KubeObject {
  const object = found.objects.find((one) => one.kind === kind && one.metadata.name === name);
  const all = found.objects.map((one) => `${one.kind} ${one.metadata.name}`).join(", ");
  assert.ok(object, `no ${kind} ${name}; there are: ${all || "none"}. ${found.words}`);
  return object;
}
