/**
 * Upgrades of apps that fail are undone: the app is deployed again as it last was well. Pulumi itself has no such step, so
 * this is the work of `npm start`; a bare `pulumi up` that fails leaves the app as it is.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parse, stringify } from "yaml";
import { root } from "../../lab/shared/paths";
import { UserError } from "../../lab/shared/process";
import { PulumiFailure, type Stack } from "./pulumi";

/** A block of `homelab:apps`, as far as it matters here. */
export interface AppBlock {
  name: string;
  chart: string;
  valueFiles?: string[];
  images?: { push?: unknown[]; [key: string]: unknown };
  [key: string]: unknown;
}

interface StackContent {
  config: Record<string, unknown>;
  [key: string]: unknown;
}

const APPS = "homelab:apps";
const goodFolder = (stack: Stack) => stack.file.replace(/\.yaml$/, ".good");

function appsOf(content: StackContent): AppBlock[] {
  const apps = content.config[APPS];
  return Array.isArray(apps) ? (apps as AppBlock[]) : [];
}

function read(file: string): StackContent {
  const content = parse(readFileSync(file, "utf8")) as Partial<StackContent> | null;
  return { ...content, config: content?.config ?? {} };
}

/** Keeps what is deployed and well: the apps' blocks, their values files and their charts' folders. */
export function rememberGood(stack: Stack): void {
  const folder = goodFolder(stack);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const kept = appsOf(read(stack.file)).map((app) => keep(app, partial, folder));
  writeFileSync(join(partial, "apps.yaml"), stringify(kept, { lineWidth: 0 }));
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

/** Copies what a block refers to; the block then names the copies, as seen from the project's folder. */
function keep(app: AppBlock, into: string, final: string): AppBlock {
  const copy = (path: string, name: string): string => {
    const place = join(app.name, name);
    cpSync(join(root, path), join(into, place), { recursive: true });
    return seenFromProject(join(final, place));
  };
  const isFolder = /^\.{0,2}\//.test(app.chart) && existsSync(join(root, app.chart));
  return {
    ...app,
    chart: isFolder ? copy(app.chart, "chart") : app.chart,
    ...(app.valueFiles && { valueFiles: app.valueFiles.map((file, i) => copy(file, `${i}-${basename(file)}`)) }),
    // They are in the registry since, and their archives may be others by now.
    ...(app.images && { images: { ...app.images, push: [] } }),
  };
}

function seenFromProject(path: string): string {
  const seen = relative(root, path);
  return seen.startsWith("..") ? path : `./${seen}`;
}

/** The apps as they are to be after some of them failed: those as they last were, or not at all if they are new. Pure. */
export function rolledBack(apps: readonly AppBlock[], good: readonly AppBlock[], failed: readonly string[]): AppBlock[] {
  return apps.flatMap((app) => (failed.includes(app.name) ? good.filter(({ name }) => name === app.name) : [app]));
}

/** Names of the apps to which the resources belong that failed, by the words of `pulumi up`. Pure. */
export function failedApps(words: string, apps: readonly string[]): string[] {
  const failures = words.split("\n").filter((line) => /\*\*[\w ]*failed\*\*|has a problem/.test(line));
  const owner = (line: string) =>
    apps
      .filter((app) => line.includes(`homelab-app-${app}-`))
      // Of `web` and `web-admin` the longer one is meant.
      .sort((a, b) => b.length - a.length)[0];
  return [...new Set(failures.map(owner))].filter((app) => app !== undefined).sort();
}

/**
 * Brings the apps that failed back with `up` (given the stack file to use).
 * @throws UserError always: what was done, or `cause` when no app failed or nothing is known to go back to
 */
export async function rollBack(stack: Stack, cause: PulumiFailure, up: (stack: Stack) => Promise<unknown>): Promise<never> {
  const content = read(stack.file);
  const apps = appsOf(content);
  const folder = goodFolder(stack);
  const failed = failedApps(
    cause.output,
    apps.map(({ name }) => name),
  );
  if (failed.length === 0 || !existsSync(folder)) throw cause;
  const good = parse(readFileSync(join(folder, "apps.yaml"), "utf8")) as AppBlock[];
  const file = stack.file.replace(/\.yaml$/, ".rollback.yaml");
  const config = { ...content.config, [APPS]: rolledBack(apps, good, failed) };
  writeFileSync(file, stringify({ ...content, config }, { lineWidth: 0 }));
  const known = (name: string) => good.some((app) => app.name === name);
  const words = failed.map((name) =>
    known(name)
      ? `The app ${name} did not become ready and was rolled back: it runs as it did before.`
      : `The new app ${name} did not become ready and was taken away again.`,
  );
  process.stderr.write(`\nRolling back: ${failed.join(", ")}\n\n`);
  try {
    await up({ ...stack, file });
  } catch (error) {
    throw new UserError(
      `The app ${failed.join(" and the app ")} did not become ready, and going back failed too: ${(error as Error).message}`,
    );
  } finally {
    rmSync(file, { force: true });
  }
  throw new UserError(`${words.join("\n")}\nWhy it failed is told above, before "Rolling back". Data written meanwhile is kept.`);
}
