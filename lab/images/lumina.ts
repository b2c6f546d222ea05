/**
 * Images of Lumina's three services and of SQLite's shell, as archives to push: what the lab has instead of images that
 * nobody published, or that it cannot pull.
 */
import { join } from "node:path";
import { buildPrograms } from "../engine/build";
import type { Program } from "../engine/programs";
import { cacheDir, root } from "../../shared/paths";
import { base } from "./catalogue";
import { buildImage, type ImageSpec } from "./image";
import { sqliteImage } from "./sqlite";

const LUMINA_VERSION = "0.1.0";

const parts = ["backend", "frontend", "chatbot"] as const;

const lumina: Program = {
  name: "lumina",
  version: LUMINA_VERSION,
  binaries: [...parts],
  versionFlags: [],
  source: { folder: join(root, "lab", "images", "lumina"), targets: ["./..."] },
  estimate: 40,
};

const archiveOf = (image: string) => join(cacheDir(), "images", `${image.replace(/[/:]/g, "-")}.tar`);

export const luminaImages = {
  /** SQLite's shell, for copies of the database. */
  sqlite3: "lumina/sqlite3:0.1.0",
  /** Names without a registry, and where the archives will lie. */
  archives: (): Array<{ name: string; archive: string }> =>
    [...parts.map((part) => `lumina/${part}:${LUMINA_VERSION}`), luminaImages.sqlite3].map((name) => ({
      name,
      archive: archiveOf(name),
    })),
};

/** Builds them: image names without a registry, with the path of each archive. */
export async function luminaArchives(): Promise<Array<{ name: string; archive: string }>> {
  const programs = await buildPrograms([lumina]);
  const program = (name: string) => ({ from: programs[name]!, to: `/usr/local/bin/${name}`, mode: 0o755 });
  const services = parts.map((part): ImageSpec => ({
    name: `lumina/${part}:${LUMINA_VERSION}`,
    layers: [base, { files: [program(part)] }],
    entrypoint: [`/usr/local/bin/${part}`],
    user: "1000:1000",
  }));
  const shell = await sqliteImage(luminaImages.sqlite3);
  const built: Array<{ name: string; archive: string }> = [];
  for (const image of [...services, shell]) {
    const archive = archiveOf(image.name);
    await buildImage(image, archive);
    built.push({ name: image.name, archive });
  }
  return built;
}
