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
import { cacheDir } from "../shared/paths";
import { run, follow, UserError } from "../shared/process";
import { formatSeconds, step } from "../shared/progress";
import type { Program } from "./programs";

const buildEnvironment = { GOTOOLCHAIN: "local", CGO_ENABLED: "0", GOFLAGS: "-trimpath -buildvcs=false", GOWORK: "off" };

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
  if ("install" in program.source) return hash.update(program.source.install).digest("hex").slice(0, 12);
  for (const file of sourceFiles(program.source.folder)) {
    hash.update(`\0${file}\0`).update(readFileSync(join(program.source.folder, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

function folderOf(program: Program): string {
  return join(cacheDir(), "programs", `${program.name}-${contentHash(program)}`);
}

export function isBuilt(program: Program): boolean {
  return existsSync(folderOf(program));
}

async function compile(program: Program, output: string, logFile: string): Promise<void> {
  const ldflags = ["-s", "-w", ...program.versionFlags.map((flag) => `-X ${flag}`)].join(" ");
  const env = { ...process.env, ...buildEnvironment, GOBIN: output };
  const [args, cwd] =
    "install" in program.source
      ? [["install", "-ldflags", ldflags, program.source.install], output]
      : [["build", "-ldflags", ldflags, "-o", `${output}/`, program.source.target], program.source.folder];
  const log = openSync(logFile, "w");
  try {
    const status = await follow("go", args, { cwd, env, stdio: ["ignore", log, log] });
    if (status === 0) return;
  } finally {
    closeSync(log);
  }
  const words = readFileSync(logFile, "utf8").trim().split("\n").slice(-12).join("\n");
  const full = /no space left on device/.test(words) ? "\nThe disk is full: free some space and run this again." : "";
  throw new UserError(`building ${program.name} ${program.version} failed:\n${words}${full}\nThe whole log: ${logFile}`);
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
      const title = `building ${program.name} ${program.version}`;
      try {
        await step(
          title,
          () => compile(program, scratch, join(cacheDir(), `build-${program.name}.log`)),
          `build ${program.name}`,
        );
        if (program.source && "folder" in program.source && program.source.target === ".")
          renameOnlyBinary(scratch, program.binaries[0]!);
        chmodSync(scratch, 0o755);
        renameSync(scratch, folder);
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    }
    for (const binary of program.binaries) executables[keyOf(program, binary)] = join(folder, binary);
  }
  return executables;
}

/** `go build .` names its output after the module; give it the name we know it by. */
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
