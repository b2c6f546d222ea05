/**
 * Finding Pulumi's own programs: what is installed wins, then the official download, tried once and briefly. `OFFLINE=1`
 * skips the download. What neither gives, the lab builds or stands in for; a cluster of the user's own goes without.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { cacheDir, paths } from "../../shared/paths";
import { placeFolder } from "../../shared/place";
import { which } from "../../shared/process";

export interface Plugin {
  name: string;
  version: string;
}

/** The provider plugins that the program's packages ask for. */
export const plugins: Plugin[] = ["kubernetes", "random", "command"].map((name) => ({ name, version: installedVersion(name) }));

function installedVersion(name: string): string {
  return (require(`@pulumi/${name}/package.json`) as { version: string }).version;
}

const DOWNLOAD_SECONDS = 60;
const CONNECT_SECONDS = 5;
const offline = () => process.env.OFFLINE === "1";

/** `OFFLINE` aside, one failed attempt is remembered for this checkout, so that later starts do not wait again. */
const gaveUp = () => join(paths.lab, "official-download-failed");

async function download(url: string, folder: string): Promise<boolean> {
  if (offline() || existsSync(gaveUp())) return false;
  const scratch = `${folder}.${process.pid}.downloading`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(CONNECT_SECONDS * 1000), method: "HEAD" });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const body = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_SECONDS * 1000) });
    mkdirSync(scratch, { recursive: true });
    const tar = spawnSync("tar", ["-xz", "-C", scratch], { input: Buffer.from(await body.arrayBuffer()) });
    if (tar.status !== 0) throw new Error("not a tar archive");
    placeFolder(scratch, folder);
    return true;
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(paths.lab, { recursive: true });
    writeFileSync(gaveUp(), `${url}: ${(error as Error).message}\nRemove this file to have the download tried again.\n`);
    return false;
  }
}

/** The search path without the lab's own folder, whose programs must not pass for installed ones. */
const elsewhere = () =>
  (process.env.PATH ?? "")
    .split(":")
    .filter((folder) => !folder.startsWith(paths.lab))
    .join(":");

const platform = () => `${process.platform}-${process.arch === "arm64" ? "arm64" : process.arch}`;

/** Folder of the official CLI and its language hosts, or undefined where neither an installation nor a download is to be had. */
export async function officialCli(version: string): Promise<{ folder: string; how: "installed" | "downloaded" } | undefined> {
  const installed = which("pulumi", elsewhere());
  if (installed) return { folder: join(installed, ".."), how: "installed" };
  const folder = join(cacheDir(), "official", `pulumi-${version}`);
  const url = `https://get.pulumi.com/releases/sdk/pulumi-${version}-${platform()}.tar.gz`;
  if (existsSync(folder) || (await download(url, folder))) return { folder: join(folder, "pulumi"), how: "downloaded" };
  return undefined;
}

export interface FoundPlugin {
  executable: string;
  how: "installed" | "downloaded";
  /** Without `v`; absent for a program on the search path, whose version is not known. */
  version?: string;
}

/** Versions of a plugin among the names of a plugins folder, oldest first. */
export function versionsAmong(entries: readonly string[], name: string): string[] {
  const prefix = `resource-${name}-v`;
  return entries
    .filter((entry) => entry.startsWith(prefix))
    .map((entry) => entry.slice(prefix.length))
    .filter((version) => /^\d+\.\d+\.\d+(-[\w.+-]+)?$/.test(version))
    .sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
}

/**
 * An official plugin on this machine: on the search path, as Pulumi takes it too, or in one of the user's plugin folders.
 * There the version asked for comes first, and with `exact` no other does.
 */
export function installedPlugin({ name, version }: Plugin, { exact }: { exact: boolean }): FoundPlugin | undefined {
  const executableName = `pulumi-resource-${name}`;
  const onPath = which(executableName, elsewhere());
  if (onPath) return { executable: onPath, how: "installed" };
  for (const home of [process.env.PULUMI_HOME, join(homedir(), ".pulumi")]) {
    const folder = home && join(home, "plugins");
    if (!folder || folder.startsWith(paths.lab) || !existsSync(folder)) continue;
    const executable = (of: string) => join(folder, `resource-${name}-v${of}`, executableName);
    const versions = versionsAmong(readdirSync(folder), name).filter((of) => existsSync(executable(of)));
    const best = versions.includes(version) ? version : exact ? undefined : versions.at(-1);
    if (best) return { executable: executable(best), how: "installed", version: best };
  }
  return undefined;
}

/** An official plugin: what is installed, else the download; undefined when neither is to be had. */
export async function officialPlugin(plugin: Plugin, options: { exact: boolean }): Promise<FoundPlugin | undefined> {
  const installed = installedPlugin(plugin, options);
  if (installed) return installed;
  const { name, version } = plugin;
  const folder = join(cacheDir(), "official", `resource-${name}-v${version}`);
  const url = `https://get.pulumi.com/releases/plugins/pulumi-resource-${name}-v${version}-${platform()}.tar.gz`;
  if (existsSync(folder) || (await download(url, folder))) {
    return { executable: join(folder, `pulumi-resource-${name}`), how: "downloaded", version };
  }
  return undefined;
}
