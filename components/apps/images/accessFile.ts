import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegistryAccess } from "./client";

/** Writes the account for the post-renderer into a file that only its owner can read; it goes when the program ends. */
export function writeAccessFile(access: RegistryAccess): string {
  const folder = mkdtempSync(join(tmpdir(), "homelab-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "registry.json");
  writeFileSync(file, JSON.stringify(access), { mode: 0o600 });
  return file;
}
