/** Programs of Debian's in images: with the libraries that they are linked to. */
import { realpathSync } from "node:fs";
import { run, UserError } from "../../shared/process";

/** A program of this machine at `to`, and its libraries where it looks for them. @throws UserError where one is missing */
export function linkedProgram(program: string, to: string, pkg: string): { from: string; to: string; mode: number }[] {
  const printed = run("ldd", [program]).stdout;
  const absent = /(\S+) => not found/.exec(printed)?.[1];
  if (absent) throw new UserError(`${program} needs the library ${absent}, which is not here: install Debian's package ${pkg}.`);
  const libraries = librariesOf(printed);
  if (libraries.length === 0) throw new UserError(`${program} names no libraries: install Debian's package ${pkg}.`);
  return [{ path: program, at: to }, ...libraries.map((path) => ({ path, at: path }))].map(({ path, at }) => ({
    from: realpathSync(path),
    to: at,
    mode: 0o755,
  }));
}

/** Paths in what `ldd` prints: libraries, and the loader that finds them. Pure. */
function librariesOf(printed: string): string[] {
  return printed
    .split("\n")
    .map((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1])
    .filter((path) => path !== undefined);
}
