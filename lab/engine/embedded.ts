/** Files that a program's sources embed and that are made, not kept: JSON files of a pinned module, without white space. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../shared/process";

export interface Embedded {
  /** The Go module that holds the originals; go.mod and go.sum of the program pin it. */
  module: string;
  /** By name beside the sources: the path inside the module, and top-level keys that get another value. */
  files: Record<string, { from: string; set?: Record<string, unknown> }>;
}

/** Runs `build` in a copy of `folder` that has the embedded files too; the copy is removed afterwards. */
export async function withEmbedded<T>(
  folder: string,
  { module, files }: Embedded,
  env: NodeJS.ProcessEnv,
  build: (folder: string) => Promise<T>,
): Promise<T> {
  const copy = mkdtempSync(join(tmpdir(), "homelab-sources-"));
  try {
    cpSync(folder, copy, { recursive: true });
    run("go", ["mod", "download", module], { cwd: copy, env });
    const originals = run("go", ["list", "-m", "-f", "{{.Dir}}", module], { cwd: copy, env }).stdout.trim();
    for (const [file, { from, set }] of Object.entries(files)) {
      const content = JSON.parse(readFileSync(join(originals, from), "utf8")) as object;
      writeFileSync(join(copy, file), JSON.stringify({ ...content, ...set }));
    }
    return await build(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
