/** An image with SQLite's shell: Debian's own program, with the libraries that it is linked to. */
import { realpathSync } from "node:fs";
import { needProgram } from "../engine/requirements";
import { run, UserError, which } from "../shared/process";
import { base, shellLayer } from "./catalogue";
import type { ImageSpec } from "./image";

/**
 * @param user as the image of the same contract has it at home: by name
 * @throws UserError when there is no sqlite3 here and none can be installed
 */
export async function sqliteImage(name: string, user = "app"): Promise<ImageSpec> {
  await needProgram("sqlite3", "sqlite3");
  const program = which("sqlite3")!;
  const libraries = librariesOf(run("ldd", [program]).stdout);
  if (libraries.length === 0) throw new UserError(`${program} names no libraries: install Debian's package sqlite3.`);
  const copied = [program, ...libraries].map((path) => ({
    from: realpathSync(path),
    to: path === program ? "/usr/bin/sqlite3" : path,
    mode: 0o755,
  }));
  return {
    name,
    user,
    entrypoint: ["/usr/bin/sqlite3"],
    layers: [base, shellLayer("/bin/busybox"), { files: copied }],
    labels: { "org.opencontainers.image.description": "Debian's sqlite3, assembled on this machine by the lab" },
  };
}

/** Paths in what `ldd` prints: libraries, and the loader that finds them. Pure. */
export function librariesOf(printed: string): string[] {
  return printed
    .split("\n")
    .map((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1])
    .filter((path) => path !== undefined);
}
