/** Runs one command and collects what it prints. */
import { spawn, type ChildProcess } from "node:child_process";
import { statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

export interface Run {
  command: string;
  /** Program and arguments that take the command as last argument. */
  interpreter: string[];
  /** In addition to the provider's own environment. */
  environment: Record<string, string>;
  /** Where to run; the provider's own folder if not given. */
  dir?: string;
  stdin?: string;
  /** Called with each line as it comes, without its end. */
  onStdoutLine?: (line: string) => void;
  onStderrLine?: (line: string) => void;
}

export interface Output {
  stdout: string;
  stderr: string;
}

const running = new Set<ChildProcess>();

/** Kills every command that runs, with all that it started. */
export function killAll(): void {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended in the meantime.
    }
  }
}

/**
 * Resolves when the command has exited with 0 and its output is closed. One line break at the end of each
 * output is taken off.
 * @throws Error with how it ended, the command, and all that it printed, in the order it came
 */
export async function run({ command, interpreter, environment, dir, stdin, ...listeners }: Run): Promise<Output> {
  if (dir !== undefined && !statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`cannot run ${JSON.stringify(command)}: dir ${dir} is not a folder`);
  }
  const [program, ...args] = [...interpreter, command];
  const child = spawn(program, args, {
    cwd: dir,
    env: { ...process.env, ...environment },
    stdio: [stdin ? "pipe" : "ignore", "pipe", "pipe"],
    // A process group of its own, which can be ended as a whole.
    detached: true,
  });
  running.add(child);
  const printed: Buffer[] = [];
  const stdout = collect(child.stdout!, printed, listeners.onStdoutLine);
  const stderr = collect(child.stderr!, printed, listeners.onStderrLine);
  // A command need not read its input to the end.
  child.stdin?.on("error", () => {});
  child.stdin?.end(stdin);
  const problem = await ending(child);
  running.delete(child);
  if (problem) throw new Error(`${problem}: running ${JSON.stringify(command)}:\n${Buffer.concat(printed).toString()}`);
  return { stdout: textOf(stdout), stderr: textOf(stderr) };
}

/** How the child ended, in the words of the official plugin; nothing if well. */
function ending(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`cannot start (${error.message})`));
    child.once("close", (code, signal) => {
      if (signal) resolve(`ended by signal ${signal}`);
      else resolve(code === 0 ? undefined : `exit status ${code}`);
    });
  });
}

function collect(stream: NodeJS.ReadableStream, printed: Buffer[], onLine?: (line: string) => void): Buffer[] {
  const chunks: Buffer[] = [];
  const decoder = new StringDecoder("utf8");
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    printed.push(chunk);
    if (!onLine) return;
    const lines = (rest + decoder.write(chunk)).split(/\r?\n/);
    rest = lines.pop()!;
    lines.forEach(onLine);
  });
  stream.on("end", () => {
    if (rest) onLine?.(rest);
  });
  return chunks;
}

function textOf(chunks: Buffer[]): string {
  return Buffer.concat(chunks).toString().replace(/\n$/, "");
}
