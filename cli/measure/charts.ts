/**
 * What a preview says of public charts: the blocks of docs/charts.yaml, with charts that lie in a folder of this machine, each
 * under its app's name. Without a cluster; the policies are those of the stack homelab.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { noCluster } from "../clusters/context";
import { EngineFailure, preview } from "../engine/run";
import { openStack } from "../shared/pulumi";
import { appOfUrn, failures, plainMessage } from "../engine/events";
import { readStackText } from "../shared/stackText";
import { root } from "../../shared/paths";
import { ensureEngine } from "../engine/ensure";
import { UserError } from "../../shared/process";

const BLOCKS = join(root, "docs", "charts.yaml");

/** Characters of a line as the stack files have them. */
const WIDTH = 132;

interface Block {
  name: string;
  chart: string;
  lines: number;
  entry: Record<string, unknown>;
}

/** What was said of one block. */
export interface Verdict {
  name: string;
  chart: string;
  version: string;
  lines: number;
  /** What the platform refuses, and what mandatory policies do. */
  refused: string[];
  /** What is reported and lets the app pass. */
  advice: string[];
}

/** The blocks of the file; lines are counted without empty ones and comments, longer ones as so many. Pure. */
export function readBlocks(text: string): Block[] {
  const entries = readStackText(text) as Array<Record<string, unknown> & { name: string; chart: string }>;
  const texts = text.split(/^(?=- name: )/m).filter((part) => part.startsWith("- name: "));
  return entries.map((entry, i) => {
    const written = texts[i]!.split("\n").filter((line) => line.trim() !== "" && !/^\s*#/.test(line));
    const lines = written.reduce((sum, line) => sum + Math.ceil(line.length / WIDTH), 0);
    return { name: entry.name, chart: entry.chart, lines, entry };
  });
}

/** The blocks as the stack takes them where the charts are folders; who may reach an app that is not here is left out. */
function withFolders(blocks: Block[], folder: string): Record<string, unknown>[] {
  const names = blocks.map(({ name }) => name);
  return blocks.map(({ entry: { version: _, repository: __, allowFrom, ...entry } }) => ({
    ...entry,
    ...(Array.isArray(allowFrom) && { allowFrom: allowFrom.filter((name: string) => names.includes(name)) }),
    chart: join(folder, entry.name as string),
  }));
}

/** What an app's line begins with, in refusals and in advice. */
const ofApp = (name: string) => new RegExp(`^The app ${name}(?: cannot be deployed like this|:)`);

/** What was said of a block: refusals and mandatory findings; warnings and advice. Pure. */
export function verdictOf(
  { name, chart, lines }: Block,
  version: string,
  events: readonly EngineEvent[],
  apps: string[],
): Verdict {
  const policies = events.flatMap(({ policyEvent }) =>
    policyEvent && appOfUrn(policyEvent.resourceUrn ?? "", apps) === name ? [policyEvent] : [],
  );
  const words = (level: string) =>
    policies.filter(({ enforcementLevel }) => enforcementLevel === level).map((event) => plainMessage(event));
  const warnings = events.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.severity === "warning" ? [plainMessage(diagnosticEvent)] : [],
  );
  const refusals = failures(events).map(({ message }) => message);
  const own = (messages: string[]) => [...new Set(messages.filter((message) => ofApp(name).test(message)))];
  return {
    name,
    chart,
    version,
    lines,
    refused: [...own(refusals), ...words("mandatory")],
    advice: [...own(warnings), ...words("advisory")],
  };
}

/** Previews all blocks in one stack. @throws UserError where the configuration is refused as a whole, or a chart is missing */
export async function measureCharts(folder: string): Promise<Verdict[]> {
  const charts = resolve(folder);
  const blocks = readBlocks(readFileSync(BLOCKS, "utf8"));
  const missing = blocks.filter(({ name }) => !existsSync(join(charts, name, "Chart.yaml")));
  if (missing.length > 0) throw new UserError(`${charts} has no chart for ${missing.map(({ name }) => name).join(", ")}.`);
  const names = blocks.map(({ name }) => name);
  await ensureEngine("no cluster");
  const stack = openStack("homelab", noCluster(), { apps: withFolders(blocks, charts), localstack: { enabled: false } });
  const { events } = await preview(stack).catch((error: unknown) => {
    if (error instanceof EngineFailure) return error;
    throw error;
  });
  const mistakes = failures(events).filter(({ message }) => message.startsWith("The configuration of stack"));
  if (mistakes.length > 0) throw new UserError(mistakes[0]!.message);
  return blocks.map((block) => verdictOf(block, versionIn(join(charts, block.name, "Chart.yaml")), events, names));
}

const versionIn = (file: string) => String((readStackText(readFileSync(file, "utf8")) as { version?: unknown }).version);

/** What is said, in a word or two, each once. */
function shortly(messages: string[]): string {
  const word = (message: string) =>
    /\[([a-z-]+)\] /.exec(message)?.[1] ??
    (/makes the claims/.test(message)
      ? "claims of others"
      : /has hooks/.test(message)
        ? "hooks"
        : /makes up values anew/.test(message)
          ? "values made up anew"
          : /only their images say/.test(message)
            ? "users that only the images say"
            : message.split("\n  - ").slice(-1)[0]!.split(":").slice(0, 2).join(":"));
  return [...new Set(messages.map(word))].sort().join(", ");
}

/** The table of docs/charts.md, and the sums. Pure. */
export function renderVerdicts(verdicts: Verdict[]): string {
  const row = ({ name, chart, version, lines, refused, advice }: Verdict) => {
    const verdict = refused.length === 0 ? "passes" : `**refused**: ${shortly(refused)}`;
    const label = chart.split("/").at(-1) === name ? "" : ` (${chart.split("/").at(-1)})`;
    return `| ${name}${label} | ${version} | ${lines} | ${verdict}${advice.length === 0 ? "" : `; advice: ${shortly(advice)}`} |`;
  };
  const clean = verdicts.filter(({ refused }) => refused.length === 0);
  const short = clean.filter(({ lines }) => lines <= 10);
  const first = verdicts.slice(0, 20).filter((one) => short.includes(one)).length;
  return [
    "| app (chart) | version | lines | preview |",
    "|---|---|---:|---|",
    ...verdicts.map(row),
    "",
    `${clean.length} of ${verdicts.length} pass, ${short.length} in ten lines or fewer; of the first twenty ${first}.`,
    "",
  ].join("\n");
}
