import { existsSync, renameSync, rmSync } from "node:fs";

/**
 * Makes a folder of the cache out of one that was made beside it, so that nobody ever sees half of it. Checkouts share the cache:
 * where another has made the same meanwhile, that one stays.
 */
export function placeFolder(made: string, folder: string): void {
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(made, { recursive: true, force: true });
  }
}
