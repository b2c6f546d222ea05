/**
 * Makes Pulumi runnable: one folder with the CLI, its Node.js host and the provider plugins, each official where it can be
 * had, and the environment in which nothing of the user's own Pulumi is read or written.
 */
import { copyFileSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths, root } from "../../shared/paths";
import { UserError } from "../../shared/process";
import { bundle } from "../providers/bundle";
import { buildPrograms } from "./build";
import { enginePrograms, kubernetesPlugin, KUBERNETES_PLUGIN_VERSION, PULUMI_VERSION } from "./programs";
import { officialCli, officialPlugin, plugins, type Plugin } from "./official";
import { missingPlugins, type Origin, type Origins } from "./origins";
import { ensurePassphrase } from "./passphrase";

const engineBin = join(paths.lab, "engine");
const originsFile = join(engineBin, "parts.json");

/**
 * What the engine works on. A cluster of the user's own is acted on by official plugins only, of the version that the
 * program's packages ask for; the lab, and a preview that asks no cluster, take what can be had here.
 */
export type Purpose = "lab" | "own cluster" | "no cluster";

function link(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

/** The CLI takes the host that lies beside it without a warning, so both have to be real files in one folder. */
function place(target: string, path: string): void {
  rmSync(path, { force: true });
  try {
    linkSync(target, path);
  } catch {
    copyFileSync(target, path);
  }
}

async function provideCli(): Promise<Origin> {
  const official = await officialCli(PULUMI_VERSION);
  if (official) {
    // Started through its own path, the CLI finds its own hosts.
    const launcher = `#!/bin/sh\nexec '${join(official.folder, "pulumi")}' "$@"\n`;
    rmSync(join(engineBin, "pulumi"), { force: true });
    writeFileSync(join(engineBin, "pulumi"), launcher, { mode: 0o755 });
    for (const host of ["pulumi-language-nodejs", "pulumi-language-nodejs-3.68"]) rmSync(join(engineBin, host), { force: true });
    return { how: official.how };
  }
  const built = await buildPrograms(enginePrograms);
  place(built.pulumi!, join(engineBin, "pulumi"));
  place(built["language-host"]!, join(engineBin, "pulumi-language-nodejs"));
  place(built["language-host-3.68"]!, join(engineBin, "pulumi-language-nodejs-3.68"));
  return { how: "built here", version: PULUMI_VERSION.slice(1) };
}

/** Where the CLI looks for the plugins that it has installed. */
const homeOf = (purpose: Purpose) => (purpose === "own cluster" ? paths.ownPulumiHome : paths.pulumiHome);

/** Puts a plugin where the CLI keeps those it has installed; undefined where only an official one will do and none is to be had. */
async function providePlugin(plugin: Plugin, purpose: Purpose): Promise<Origin | undefined> {
  const folder = join(homeOf(purpose), "plugins", `resource-${plugin.name}-v${plugin.version}`);
  const executable = join(folder, `pulumi-resource-${plugin.name}`);
  const official = await officialPlugin(plugin, { exact: purpose === "own cluster" });
  rmSync(folder, { recursive: true, force: true });
  if (!official && purpose === "own cluster") return undefined;
  mkdirSync(folder, { recursive: true });
  if (official) {
    link(official.executable, executable);
    return { how: official.how, version: official.version };
  }
  if (plugin.name === "kubernetes") {
    link((await buildPrograms([kubernetesPlugin]))[kubernetesPlugin.name]!, executable);
    return { how: "built here", version: KUBERNETES_PLUGIN_VERSION };
  }
  const file = `${executable}.js`;
  await bundle(join(root, "lab", "providers", plugin.name, "main.ts"), file);
  writeFileSync(executable, `#!/bin/sh\nexec node '${file}' "$@"\n`, { mode: 0o755 });
  return { how: "stand-in" };
}

/**
 * Provides the CLI and every plugin; says where each came from. Safe to repeat.
 * @throws UserError for a cluster of the user's own when official plugins are missing
 */
export async function provideEngine(purpose: Purpose): Promise<Origins> {
  mkdirSync(engineBin, { recursive: true });
  const found: Record<string, Origin | undefined> = {};
  for (const plugin of plugins) found[plugin.name] = await providePlugin(plugin, purpose);
  const lacking = plugins.filter(({ name }) => found[name] === undefined);
  if (lacking.length > 0) throw new UserError(missingPlugins(lacking));
  const origins = { pulumi: await provideCli(), ...(found as Origins) };
  if (purpose !== "own cluster") writeFileSync(originsFile, JSON.stringify(origins, null, 1));
  if (!hasOwnPassphrase(purpose)) ensurePassphrase(...passphraseOf(purpose));
  return origins;
}

/** Where the lab's parts came from when they were last provided. */
export function knownOrigins(): Origins | undefined {
  return existsSync(originsFile) ? (JSON.parse(readFileSync(originsFile, "utf8")) as Origins) : undefined;
}

/** The file of the passphrase that is ours, and the folder of the states that hang on it. */
function passphraseOf(purpose: Purpose): [string, string] {
  return purpose === "lab" ? [paths.passphrase, paths.pulumiState] : [join(ownState(), "passphrase"), ownState()];
}

/** Where the passphrase belongs that a command would make anew; undefined where there is one, or the user has his own. */
export function missingPassphrase(purpose: Purpose): string | undefined {
  const [file] = passphraseOf(purpose);
  return hasOwnPassphrase(purpose) || existsSync(file) ? undefined : file;
}

const hasOwnPassphrase = (purpose: Purpose) =>
  purpose !== "lab" &&
  (process.env.PULUMI_CONFIG_PASSPHRASE !== undefined || (process.env.PULUMI_CONFIG_PASSPHRASE_FILE ?? "") !== "");

/** Puts the cluster's command-line programs beside the CLI. */
export function linkTools(programs: Record<string, string>): void {
  mkdirSync(engineBin, { recursive: true });
  for (const name of ["kubectl", "crane"]) if (programs[name]) link(programs[name], join(engineBin, name));
}

/** Environment for the CLI. State and passphrase are the lab's for the lab; else the user's where set, or kept apart from the lab's. */
export function engineEnvironment(purpose: Purpose): NodeJS.ProcessEnv {
  const own = purpose !== "lab";
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${engineBin}:${process.env.PATH ?? ""}`,
    PULUMI_HOME: homeOf(purpose),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_ERROR_OUTPUT_STRING: "true",
    NODE_OPTIONS: nodeOptions(process.env.NODE_OPTIONS ?? ""),
  };
  const userHasState = own && env.PULUMI_BACKEND_URL;
  if (!userHasState) env.PULUMI_BACKEND_URL = `file://${own ? ownState() : paths.pulumiState}`;
  if (!hasOwnPassphrase(purpose)) {
    delete env.PULUMI_CONFIG_PASSPHRASE;
    [env.PULUMI_CONFIG_PASSPHRASE_FILE] = passphraseOf(purpose);
  }
  return env;
}

/** The user's options for Node.js with what makes the policy pack start faster. */
function nodeOptions(given: string): string {
  const ours = `--require ${JSON.stringify(join(root, "policies", "runner.js"))}`;
  return given.includes(ours) ? given : `${given} ${ours}`.trim();
}

/** State of stacks on clusters of the user's own: beside the lab's data, so that removing that never touches it. */
function ownState(): string {
  const folder = join(paths.lab, "state");
  mkdirSync(folder, { recursive: true });
  return folder;
}
