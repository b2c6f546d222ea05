import { join, relative } from "node:path";

/**
 * Where a file of this package lies, seen from the folder of the project that uses it, in which the engine runs commands and plugins:
 * an absolute path would differ from machine to machine, and so would the state.
 */
export function projectPath(folder: string, file: string): string {
  return relative(process.cwd(), join(folder, file));
}
