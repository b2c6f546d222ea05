/**
 * Assembles an emulator's image: Debian's Python, and the pinned packages on top. Done once for each content of its recipe;
 * what it took is removed, only the archive stays.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { placeFolder } from "../../../shared/place";
import { cacheDir } from "../../../shared/paths";
import { run } from "../../../shared/process";
import { step } from "../../../shared/progress";
import { buildImage, type BuiltImage } from "../image";
import type { Layer } from "../layer";
import { recipes, type Emulator, type Recipe } from "./recipes";

/** The Debian, whatever the machine's own is, whose Python both emulators' published images have: 3.13. */
const SUITE = "trixie";
/** Part of every key, so that a change of this procedure rebuilds the images. */
const METHOD = 1;
/** Where the packages are in an image. */
export const SITE = "/opt/emulator";

/** The archive of an emulator's image, made if it is not there. */
export async function buildEmulatorImage(emulator: Emulator): Promise<BuiltImage> {
  const recipe = recipes[emulator]();
  const key = createHash("sha256")
    .update(JSON.stringify({ METHOD, SUITE, arch: process.arch, recipe }))
    .digest("hex")
    .slice(0, 16);
  const folder = join(cacheDir(), "images");
  const archive = join(folder, `${recipe.name.replace(/[^a-z0-9.-]+/gi, "_")}_${key}.tar`);
  const record = `${archive}.json`;
  if (existsSync(archive) && existsSync(record)) {
    return {
      name: recipe.name,
      archive,
      digest: (JSON.parse(readFileSync(record, "utf8")) as { digest: string }).digest,
      built: false,
    };
  }
  mkdirSync(folder, { recursive: true });
  const debian = await debianRoot(folder, recipe.packages);
  const work = join(folder, `emulator-${key}.${process.pid}.partial`);
  try {
    await step(`image: ${emulator}'s Python packages`, () => installPackages(debian, work, recipe), `packages-${emulator}`);
    const built = await step(
      `image: ${recipe.name}`,
      () => buildImage(imageOf(recipe, debian, join(work, "site")), archive),
      `image-${emulator}`,
    );
    // The recipe's hash stands for what buildImage would look up file by file.
    rmSync(`${archive}.build.json`, { force: true });
    writeFileSync(record, JSON.stringify({ digest: built.digest }));
    return built;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A minimal Debian with Python and these packages, shared by the emulators that need the same. Appears whole or not at all. */
async function debianRoot(folder: string, packages: readonly string[]): Promise<string> {
  const root = join(folder, ["debian", SUITE, "python", ...packages].join("-"));
  if (existsSync(root)) return root;
  const partial = `${root}.${process.pid}.partial`;
  try {
    await step(
      `image: Debian with ${["Python", ...packages].join(", ")}`,
      () => {
        const included = ["python3", "python3-venv", "ca-certificates", ...packages];
        run("debootstrap", ["--variant=minbase", `--include=${included.join(",")}`, SUITE, partial]);
        for (const path of [
          "var/cache",
          "var/lib/apt/lists",
          "var/log",
          "usr/share/doc",
          "usr/share/man",
          "usr/share/locale",
          "usr/share/info",
        ]) {
          rmSync(join(partial, path), { recursive: true, force: true });
        }
      },
      ["debian-python", ...packages].join("-"),
    );
    placeFolder(partial, root);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return root;
}

function installPackages(debian: string, work: string, recipe: Recipe): void {
  pipInstall(debian, work, recipe.requirements);
  for (const path of recipe.trim) rmSync(join(work, "site", path), { recursive: true, force: true });
  // Compiled ahead: the user that runs it may not write beside the code. By content, since an image's files have no dates.
  const compile = `mount --bind "$2" "$1/mnt"; exec chroot "$1" /usr/bin/python3 -m compileall -q -j 2 --invalidation-mode unchecked-hash -s /mnt/site -p ${SITE} /mnt/site`;
  run("unshare", ["--mount", "--propagation", "private", "--", "sh", "-euc", compile, "sh", debian, work], {
    allowFailure: true,
  });
}

/**
 * Installs packages to `work`/site with the very Python that will run them, that of `root`. In mounts of its own, so that an
 * interruption leaves nothing mounted; there `work` is /mnt. Names and certificates are the machine's: its package registry may be
 * a mirror with its own authority.
 * @param requirements as pip reads them
 */
export function pipInstall(root: string, work: string, requirements: string): void {
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, "requirements.txt"), requirements);
  for (const file of ["etc/resolv.conf", "etc/hosts"]) if (!existsSync(join(root, file))) writeFileSync(join(root, file), "");
  const script = `
    for each in /etc/resolv.conf /etc/hosts /etc/ssl/certs; do mount --bind "$each" "$1$each"; done
    mount --bind "$2" "$1/mnt"
    mount -t proc proc "$1/proc"
    exec chroot "$1" /bin/sh -euc '
      export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/mnt PIP_NO_CACHE_DIR=1
      python3 -m venv /mnt/venv
      /mnt/venv/bin/pip install --quiet --no-deps --no-compile --disable-pip-version-check --target /mnt/site --requirement /mnt/requirements.txt'`;
  run("unshare", ["--mount", "--propagation", "private", "--", "sh", "-euc", script, "sh", root, work]);
}

function imageOf(recipe: Recipe, debian: string, site: string) {
  const skipped = ["proc", "sys", "dev", "run", "mnt", "tmp"];
  const base: Layer = {
    directories: [...["/proc", "/sys", "/dev", "/run", "/mnt"].map((to) => ({ to })), { to: "/tmp", mode: 0o1777 }],
    files: readdirSync(debian)
      .filter((name) => !skipped.includes(name))
      .map((name) => ({ from: join(debian, name), to: `/${name}` })),
  };
  return {
    name: recipe.name,
    layers: [base, { files: [{ from: site, to: SITE }] }, recipe.layer],
    user: "1000:1000",
    entrypoint: recipe.entrypoint,
    env: { ...recipe.env, PYTHONPATH: SITE },
    labels: { "org.opencontainers.image.description": recipe.description },
  };
}
