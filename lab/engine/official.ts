/**
 * Finding Pulumi's own programs: what is installed wins, then the official download, tried once and briefly. `OFFLINE=1`
 * skips the download. What neither gives, the lab builds or stands in for.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { cacheDir, paths } from "../shared/paths";
import { which } from "../shared/process";

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
  const scratch = `${folder}.downloading`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(CONNECT_SECONDS * 1000), method: "HEAD" });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const body = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_SECONDS * 1000) });
    mkdirSync(scratch, { recursive: true });
    const tar = spawnSync("tar", ["-xz", "-C", scratch], { input: Buffer.from(await body.arrayBuffer()) });
    if (tar.status !== 0) throw new Error("not a tar archive");
    renameSync(scratch, folder);
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

/** Path of an official plugin's executable, or undefined. */
export async function officialPlugin({
  name,
  version,
}: Plugin): Promise<{ executable: string; how: "installed" | "downloaded" } | undefined> {
  const executableName = `pulumi-resource-${name}`;
  const onPath = which(executableName, elsewhere());
  if (onPath) return { executable: onPath, how: "installed" };
  for (const home of [process.env.PULUMI_HOME, join(homedir(), ".pulumi")]) {
    const folder = home && join(home, "plugins");
    if (!folder || folder.startsWith(paths.lab) || !existsSync(folder)) continue;
    const versions = readdirSync(folder).filter(
      (entry) => entry.startsWith(`resource-${name}-v`) && existsSync(join(folder, entry, executableName)),
    );
    const best = versions.includes(`resource-${name}-v${version}`) ? `resource-${name}-v${version}` : versions.sort().at(-1);
    if (best) return { executable: join(folder, best, executableName), how: "installed" };
  }
  const folder = join(cacheDir(), "official", `resource-${name}-v${version}`);
  const url = `https://get.pulumi.com/releases/plugins/pulumi-resource-${name}-v${version}-${platform()}.tar.gz`;
  if (existsSync(folder) || (await download(url, folder))) return { executable: join(folder, executableName), how: "downloaded" };
  return undefined;
}
