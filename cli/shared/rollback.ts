/**
 * Upgrades of apps that fail are undone: the app is deployed again as it last was well. Pulumi itself has no such step, so
 * this is the work of `npm start`; a bare `pulumi up` that fails leaves the app as it is.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { root } from "../../shared/paths";
import { UserError } from "../../shared/process";
import { failedApps, firstCause } from "../engine/events";
import { logsOfEnded } from "./containerLogs";
import { EngineFailure } from "../engine/run";
import type { Stack } from "./pulumi";
import { exportState } from "./state/state";
import { readStackFile, writeStackFile, type StackFile } from "./stacks";

/** A block of `homelab:apps`, as far as it matters here. */
export interface AppBlock {
  name: string;
  namespace?: string;
  chart: string;
  valueFiles?: string[];
  images?: { push?: unknown[]; [key: string]: unknown };
  secrets?: { keys?: { generate?: unknown }[] }[];
  database?: object;
  [key: string]: unknown;
}

const APPS = "homelab:apps";
const goodFolder = (stack: Stack) => stack.file.replace(/\.yaml$/, ".good");

function appsOf({ config }: StackFile): AppBlock[] {
  const apps = config?.[APPS];
  return Array.isArray(apps) ? (apps as AppBlock[]) : [];
}

/** Keeps what is deployed and well, as `file` says it: the apps' blocks, their values files and their charts' folders. */
export function saveLastGood(stack: Stack, file: string): void {
  const folder = goodFolder(stack);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const kept = appsOf(readStackFile(file)).map((app) => keep(app, partial, folder));
  writeFileSync(join(partial, "apps.json"), JSON.stringify(kept));
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

/** Names of the apps that a state (`pulumi stack export`) holds anything of. Pure. */
export function deployedApps(state: { deployment?: { resources?: { urn: string }[] | null } | null }): string[] {
  const names = (state.deployment?.resources ?? []).map(({ urn }) => /\$?homelab:apps:HelmApp::homelab-app-(.+)$/.exec(urn)?.[1]);
  return names.filter((name) => name !== undefined);
}

/**
 * Forgets the apps that are not deployed any more, before a deployment: what was removed and comes back is new, and going back
 * from it is taking it away again.
 */
export function forgetRemovedApps(stack: Stack): void {
  const kept = join(goodFolder(stack), "apps.json");
  if (!existsSync(kept)) return;
  const deployed = deployedApps(exportState(stack));
  const good = JSON.parse(readFileSync(kept, "utf8")) as AppBlock[];
  const left = good.filter(({ name }) => deployed.includes(name));
  if (left.length < good.length) writeFileSync(kept, JSON.stringify(left));
}

/** Copies what a block refers to; the block then names the copies, as seen from the project's folder. */
function keep(app: AppBlock, into: string, final: string): AppBlock {
  const copy = (path: string, name: string): string => {
    const place = join(app.name, name);
    cpSync(resolve(root, path), join(into, place), { recursive: true });
    return seenFromProject(join(final, place));
  };
  const isFolder = /^\.{0,2}\//.test(app.chart) && existsSync(resolve(root, app.chart));
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

const listed = (names: Iterable<string>) => [...names].sort().join(", ");

/** What is left of an app that was taken away: claims that know secrets which are gone. Pure. */
export function withoutItsSecrets({ name, namespace = name, secrets, database }: AppBlock): string | undefined {
  const generated = (secrets ?? []).some(({ keys }) => (keys ?? []).some(({ generate }) => generate !== undefined));
  if (!generated || database === undefined) return undefined;
  return (
    `The secrets that were generated for ${name} are not, and new ones may not fit its data (a first administrator's password). ` +
    `To let it begin with none: kubectl delete pvc --all -n ${namespace}`
  );
}

/**
 * Brings the apps that failed back with `up` (given the stack file to use); the others stay as they are now. An app that fails
 * only while the others go back, goes back too.
 * @throws UserError always: what was done, or `cause` when no app failed or nothing is known to go back to
 */
export async function rollBack(stack: Stack, cause: EngineFailure, up: (stack: Stack) => Promise<unknown>): Promise<never> {
  const content = readStackFile(stack.file);
  const folder = goodFolder(stack);
  const failed = new Set(failedApps(cause.events));
  if (failed.size === 0 || !existsSync(folder)) throw cause;
  const good = JSON.parse(readFileSync(join(folder, "apps.json"), "utf8")) as AppBlock[];
  const logs = appsOf(content)
    .filter(({ name }) => failed.has(name))
    .map(({ name, namespace }) => logsOfEnded(stack, namespace ?? name));
  const file = stack.file.replace(/\.yaml$/, ".rollback.yaml");
  const goBack = async (): Promise<void> => {
    process.stderr.write(`\nRolling back: ${listed(failed)}\n\n`);
    const config = { ...content.config, [APPS]: rolledBack(appsOf(content), good, [...failed]) };
    writeStackFile(file, { ...content, config });
    try {
      await up({ ...stack, file });
    } catch (error) {
      const others = error instanceof EngineFailure ? failedApps(error.events).filter((name) => !failed.has(name)) : [];
      if (others.length === 0) {
        throw new UserError(`Going back failed too (apps: ${listed(failed)}): ${(error as Error).message}`);
      }
      others.forEach((name) => failed.add(name));
      await goBack();
    }
  };
  try {
    await goBack();
    saveLastGood(stack, file);
  } finally {
    rmSync(file, { force: true });
  }
  const strangers = appsOf(content).filter((app) => failed.has(app.name) && !good.some(({ name }) => name === app.name));
  const words = [...failed]
    .sort()
    .map((name) =>
      good.some((app) => app.name === name)
        ? `The app ${name} did not become ready and was rolled back: it runs as it did before.`
        : `The new app ${name} did not become ready and was taken away again.`,
    );
  const kept = ["Data written meanwhile is kept.", ...strangers.map(withoutItsSecrets).filter((text) => text !== undefined)];
  const parts = [[...words, ...kept].join("\n"), firstCause(cause.events), ...logs];
  throw new UserError(parts.filter((part) => part !== "").join("\n\n"));
}
