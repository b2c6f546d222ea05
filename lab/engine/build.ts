/**
 * Builds the lab's programs and keeps them by content: the folder of a built program is named by a hash of everything that
 * went into it, so nothing is built twice and nothing stale is used. An interrupted build leaves only a temporary folder.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../../shared/paths";
import { placeFolder } from "../../shared/place";
import { run, follow, UserError } from "../../shared/process";
import { formatSeconds, say, step } from "../../shared/progress";
import { withEmbedded } from "./embedded";
import type { Program } from "./programs";

const buildEnvironment = {
  GOTOOLCHAIN: "local",
  CGO_ENABLED: "0",
  // The linker leaves out what debuggers read (-w), so the compiler need not make it: a fifth of its time.
  GOFLAGS: "-trimpath -buildvcs=false -gcflags=all=-dwarf=false",
  GOWORK: "off",
};
/** The compiler's own garbage collector runs less often: less CPU time for more memory, and the same programs. */
const compilerSettings = { GOGC: "400" };

let goVersion: string | undefined;

/** Every file of a module folder that takes part in the build: pins, sources, and what sources embed. */
function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(join(folder, file)).isFile() && !file.endsWith("_test.go"))
    .sort();
}

function contentHash(program: Program): string {
  goVersion ??= run("go", ["env", "GOVERSION", "GOARCH"]).stdout.trim();
  const hash = createHash("sha256").update(JSON.stringify([goVersion, buildEnvironment, program.versionFlags, program.binaries]));
  // The text of what is embedded follows from this and from go.sum, which pins the module.
  if (program.embedded) hash.update(JSON.stringify(program.embedded));
  if ("install" in program.source) return hash.update(program.source.install).digest("hex").slice(0, 12);
  hash.update(program.source.targets.join(" "));
  for (const file of sourceFiles(program.source.folder)) {
    hash.update(`\0${file}\0`).update(readFileSync(join(program.source.folder, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

function folderOf(program: Program): string {
  return join(cacheDir(), "programs", `${program.name}-${contentHash(program)}`);
}

function isBuilt(program: Program): boolean {
  return existsSync(folderOf(program));
}

async function compile(program: Program, output: string, logFile: string): Promise<void> {
  const env = { ...process.env, ...compilerSettings, ...buildEnvironment, GOBIN: output };
  if ("install" in program.source) return compileIn(output, env, program, output, logFile);
  const { folder } = program.source;
  if (!program.embedded) return compileIn(folder, env, program, output, logFile);
  return withEmbedded(folder, program.embedded, env, (copy) => compileIn(copy, env, program, output, logFile));
}

async function compileIn(cwd: string, env: NodeJS.ProcessEnv, program: Program, output: string, logFile: string): Promise<void> {
  const ldflags = ["-s", "-w", ...program.versionFlags.map((flag) => `-X ${flag}`)].join(" ");
  const args =
    "install" in program.source
      ? ["install", "-ldflags", ldflags, program.source.install]
      : ["build", "-ldflags", ldflags, "-o", `${output}/`, ...program.source.targets];
  const log = openSync(logFile, "w");
  try {
    // Builds have a lower priority than the cluster that starts meanwhile.
    const status = await follow("nice", ["-n", "10", "go", ...args], { cwd, env, stdio: ["ignore", log, log] });
    if (status === 0) return;
  } finally {
    closeSync(log);
  }
  const words = readFileSync(logFile, "utf8").trim().split("\n").slice(-12).join("\n");
  const full = /no space left on device/.test(words) ? "\nThe disk is full: free some space and run this again." : "";
  throw new UserError(`building ${program.name} ${program.version} failed:\n${words}${full}\nThe whole log: ${logFile}`);
}

/** When the builds of this process began and ended, in milliseconds, and how many there were. */
const builds = { count: 0, begin: 0, end: 0 };

/** Prints one line on what this process has built; nothing when all was there. */
export function reportBuilds(): void {
  if (builds.count > 0) say(`  ${builds.count} programs built in ${formatSeconds((builds.end - builds.begin) / 1000)}`);
}

/** Builds what is missing; returns the path of each executable, by program name and, for units of several, by executable name. */
export async function buildPrograms(programs: readonly Program[]): Promise<Record<string, string>> {
  const executables: Record<string, string> = {};
  for (const program of programs) {
    const folder = folderOf(program);
    if (!existsSync(folder)) {
      const programsDir = join(cacheDir(), "programs");
      mkdirSync(programsDir, { recursive: true });
      const scratch = mkdtempSync(join(programsDir, ".building-"));
      builds.begin ||= Date.now();
      const title = `building ${program.name} ${program.version}`;
      try {
        await step(
          title,
          () => compile(program, scratch, join(cacheDir(), `build-${program.name}.log`)),
          `build ${program.name}`,
        );
        if (program.binaries.length === 1) renameOnlyBinary(scratch, program.binaries[0]!);
        chmodSync(scratch, 0o755);
        placeFolder(scratch, folder);
        builds.count++;
        builds.end = Date.now();
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    }
    for (const binary of program.binaries) executables[keyOf(program, binary)] = join(folder, binary);
  }
  return executables;
}

/** Go names an executable after its package or module, etcd's is called `server`: it gets the name that is expected here. */
function renameOnlyBinary(folder: string, name: string): void {
  const [made] = readdirSync(folder);
  if (made && made !== name) renameSync(join(folder, made), join(folder, name));
}

function keyOf(program: Program, binary: string): string {
  return program.binaries.length === 1 ? program.name : binary;
}

/** What is still to be built and about how long that takes on two cores, for the announcement before it starts. */
export function missing(programs: readonly Program[]): { names: string[]; estimate: string } {
  const todo = programs.filter((program) => !isBuilt(program));
  return {
    names: todo.map((program) => program.name),
    estimate: formatSeconds(todo.reduce((sum, program) => sum + program.estimate, 0)),
  };
}
