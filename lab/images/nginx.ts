/** nginx for what stands in front of the AWS emulator and beside the registry: Debian's program, taken out of its package; nothing is installed. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../../shared/paths";
import { placeFolder } from "../../shared/place";
import { run, UserError } from "../../shared/process";
import { step } from "../../shared/progress";
import { base, shellLayer } from "./catalogue";
import { buildImage, type BuiltImage } from "./image";
import { linkedProgram } from "./linked";

/** The image of this name, as the components ask for it. @throws UserError where Debian's package cannot be had */
export async function nginxImage(name: string): Promise<BuiltImage> {
  const program = join(await unpacked(), "usr", "sbin", "nginx");
  const files = linkedProgram(program, "/usr/sbin/nginx", "libpcre2-8-0");
  const spec = {
    name,
    user: "101:101",
    entrypoint: ["/usr/sbin/nginx"],
    layers: [base, shellLayer("/bin/busybox"), { files }],
    labels: { "org.opencontainers.image.description": "Debian's nginx, assembled on this machine by the lab" },
  };
  const folder = join(cacheDir(), "images");
  mkdirSync(folder, { recursive: true });
  return buildImage(spec, join(folder, `${name.replaceAll(/[/:]/g, "_")}.tar`));
}

/** The files of Debian's package, kept in the cache. */
async function unpacked(): Promise<string> {
  const folder = join(cacheDir(), "nginx");
  if (existsSync(folder)) return folder;
  mkdirSync(cacheDir(), { recursive: true });
  const work = mkdtempSync(join(cacheDir(), ".nginx-"));
  try {
    await step("image: Debian's nginx", () => {
      const fetched = run("apt-get", ["download", "nginx"], { cwd: work, allowFailure: true });
      const [file] = readdirSync(work).filter((entry) => entry.endsWith(".deb"));
      if (fetched.status !== 0 || file === undefined) {
        throw new UserError(
          `Debian's package nginx could not be fetched: ${fetched.stderr.trim()}\nRun \`apt-get update\`, then this again.`,
        );
      }
      run("dpkg-deb", ["--extract", join(work, file), join(work, "files")]);
    });
    placeFolder(join(work, "files"), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}
