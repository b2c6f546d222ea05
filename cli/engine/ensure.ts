/** Makes Pulumi runnable: one folder with the CLI and its Node.js host, and the provider plugins where the CLI looks for them. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "../../shared/paths";
import { placeFile, placeLink } from "../../shared/place";
import { UserError } from "../../shared/process";
import { automation, begin, pulumiCommand } from "./api";
import { hasOwnPassphrase, homeOf, passphraseOf, type Purpose } from "./environment";
import { officialCli, officialPlugin, plugins, type Plugin } from "./official";
import { missingPlugins, type Origin, type Origins } from "./origins";
import { ensurePassphrase } from "./passphrase";

const PULUMI_VERSION = `v${(require("@pulumi/pulumi/package.json") as { version: string }).version}`;
const HOSTS = ["pulumi-language-nodejs", "pulumi-language-nodejs-3.68"];
const originsFile = join(paths.engine, "parts.json");

async function ensureCli(): Promise<Origin> {
  const official = await officialCli(PULUMI_VERSION);
  const placed = (name: string) => join(paths.engine, name);
  if (official) {
    // Started through its own path, the CLI finds its own hosts.
    const launcher = `#!/bin/sh\nexec '${join(official.folder, "pulumi")}' "$@"\n`;
    rmSync(placed("pulumi"), { force: true });
    writeFileSync(placed("pulumi"), launcher, { mode: 0o755 });
    for (const host of HOSTS) rmSync(placed(host), { force: true });
    return { how: official.how };
  }
  const { builtCli } = await import("../../lab/engine/parts.js");
  for (const [name, program] of Object.entries(await builtCli())) placeFile(program, placed(name));
  return { how: "built here", version: PULUMI_VERSION.slice(1) };
}

/** Puts a plugin where the CLI keeps those it has installed; undefined where only an official one will do and none is to be had. */
async function ensurePlugin(plugin: Plugin, purpose: Purpose): Promise<Origin | undefined> {
  const folder = join(homeOf(purpose), "plugins", `resource-${plugin.name}-v${plugin.version}`);
  const official = await officialPlugin(plugin, { exact: purpose === "own cluster" });
  rmSync(folder, { recursive: true, force: true });
  if (!official && purpose === "own cluster") return undefined;
  mkdirSync(folder, { recursive: true });
  const executable = join(folder, `pulumi-resource-${plugin.name}`);
  if (official) {
    placeLink(official.executable, executable);
    return { how: official.how, version: official.version };
  }
  const { substitute } = await import("../../lab/engine/parts.js");
  return substitute(plugin.name, executable);
}

/**
 * Provides the CLI and every plugin; says where each came from. Safe to repeat.
 * @throws UserError for a cluster of the user's own when official plugins are missing
 */
export async function ensureEngine(purpose: Purpose): Promise<Origins> {
  begin(automation());
  mkdirSync(paths.engine, { recursive: true });
  const provided = plugins.map(async (plugin) => [plugin.name, await ensurePlugin(plugin, purpose)] as const);
  const found: Record<string, Origin | undefined> = Object.fromEntries(await Promise.all(provided));
  const lacking = plugins.filter(({ name }) => found[name] === undefined);
  if (lacking.length > 0) throw new UserError(missingPlugins(lacking));
  const origins = { pulumi: await ensureCli(), ...(found as Origins) };
  begin(pulumiCommand());
  if (purpose !== "own cluster") writeFileSync(originsFile, JSON.stringify(origins, null, 1));
  if (!hasOwnPassphrase(purpose)) ensurePassphrase(...passphraseOf(purpose));
  return origins;
}

/** Where the lab's parts came from when they were last provided. */
export function knownOrigins(): Origins | undefined {
  return existsSync(originsFile) ? (JSON.parse(readFileSync(originsFile, "utf8")) as Origins) : undefined;
}
