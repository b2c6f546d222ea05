/** Running other programs: one way to capture, one to follow, one to start detached. Failures carry what the program printed. */
import { spawn, spawnSync, type SpawnOptions } from "node:child_process";
import { accessSync, closeSync, constants, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** A failure whose message is meant for the person at the terminal: no stack trace is shown for it. */
export class UserError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  input?: string;
  /** Do not throw on a non-zero exit. */
  allowFailure?: boolean;
  timeoutSeconds?: number;
}

export interface RunResult {
  status: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end and returns what it printed. Throws a UserError with the end of its output on failure. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): RunResult {
  const result = spawnSync(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    input: options.input,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    timeout: options.timeoutSeconds ? options.timeoutSeconds * 1000 : undefined,
  });
  const status = result.status ?? (result.error ? 127 : 1);
  const stderr = result.stderr ?? String(result.error?.message ?? "");
  if (status !== 0 && !options.allowFailure) {
    const words = (stderr.trim() || (result.stdout ?? "").trim() || String(result.error ?? "")).split("\n").slice(-15).join("\n");
    throw new UserError(`${command} ${args.slice(0, 3).join(" ")} failed (exit ${status}):\n${words}`);
  }
  return { status, stdout: result.stdout ?? "", stderr };
}

/** Runs a program with its output going where `stdio` says; resolves to its exit code. */
export function follow(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", ...options });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** Starts a program that outlives this process, its output appended to a log file. Returns its process id. */
export function startDetached(command: string, args: readonly string[], logFile: string, env?: NodeJS.ProcessEnv): number {
  const log = openSync(logFile, "a");
  try {
    const child = spawn(command, args, { detached: true, stdio: ["ignore", log, log], env: env ?? process.env, cwd: "/" });
    child.unref();
    if (child.pid === undefined) throw new UserError(`${command} could not be started. Is it installed?`);
    return child.pid;
  } finally {
    closeSync(log);
  }
}

/** The start time of a process in clock ticks since boot (field 22 of /proc/PID/stat): with the id it names one process for good. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** What a process has started, from whichever of its threads. */
export function children(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => ofThread(`/proc/${pid}/task/${thread}/children`));
  } catch {
    return [];
  }
}

function ofThread(file: string): number[] {
  try {
    return readFileSync(file, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return []; // It has just ended.
  }
}

/** Asks until `probe` gives a value, or throws what `describe` says after the time is up. */
export async function waitFor<T>(
  probe: () => T | undefined | Promise<T | undefined>,
  seconds: number,
  describe: () => string,
  intervalMs = 150,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new UserError(describe());
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}

/** Where a program is on the search path; undefined when it is nowhere. */
export function which(program: string, searchPath = process.env.PATH ?? ""): string | undefined {
  return searchPath
    .split(":")
    .filter(Boolean)
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
