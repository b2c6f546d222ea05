/** Puts files and folders in place in one step. */
import { copyFileSync, existsSync, linkSync, renameSync, rmSync, symlinkSync } from "node:fs";

/**
 * Makes a folder of the cache out of one that was made beside it, so that no process ever sees an incomplete one. Checkouts share the cache:
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

/** A symbolic link, in place of whatever is there. */
export function placeLink(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

/** The file itself, in place of whatever is there: by a hard link where the file system has both places. */
export function placeFile(target: string, path: string): void {
  rmSync(path, { force: true });
  try {
    linkSync(target, path);
  } catch {
    copyFileSync(target, path);
  }
}
