import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegistryAccess } from "../../blocks/images/client";

let folder: string | undefined;
let files = 0;

/** Writes the account for the post-renderer into a file that only its owner can read; it goes when the program ends. */
export function writeAccessFile(access: RegistryAccess): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "homelab-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  files += 1;
  const file = join(folder, `registry-${files}.json`);
  writeFileSync(file, JSON.stringify(access), { mode: 0o600 });
  return file;
}
