/** What the tests on the lab share: the project's own commands, run as a user runs them, and clients inside the lab. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paths, root } from "../../shared/paths";
import { run } from "../../shared/process";

export interface Result {
  status: number;
  stdout: string;
  stderr: string;
  /** Both streams, for messages and for looking for words. */
  text: string;
}

/** Runs one of the project's commands, for example `npm("start")` or `npm("stop", "--data")`. */
export function npm(script: string, ...args: string[]): Result {
  return capture(process.execPath, [join(root, "cli", "run.js"), script, ...args]);
}

/** Runs a command in the lab, with whatever more environment it needs. */
export function inLab(command: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}): Result {
  return capture(process.execPath, [join(root, "cli", "run.js"), "lab", "exec", "--", ...command], options);
}

/** Starts a command in the lab, with what it prints going to a file; resolves when it has ended, however. */
export function startInLab(command: readonly string[], log: string): Promise<void> {
  const to = openSync(log, "w");
  const child = spawn(process.execPath, [join(root, "cli", "run.js"), "lab", "exec", "--", ...command], {
    cwd: root,
    stdio: ["ignore", to, "ignore"],
    env: { ...process.env, OFFLINE: "1" },
  });
  closeSync(to);
  return new Promise((resolve, reject) => child.on("error", reject).on("close", () => resolve()));
}

interface Options {
  input?: string;
  env?: NodeJS.ProcessEnv;
  /** The project's folder unless given. */
  cwd?: string;
}

/** Runs any program on this machine and keeps what it says. */
export function capture(command: string, args: readonly string[], options: Options = {}): Result {
  const result = spawnSync(command, args, {
    cwd: options.cwd ?? root,
    encoding: "utf8",
    input: options.input ?? "",
    env: { ...process.env, OFFLINE: "1", ...options.env },
    maxBuffer: 256 * 1024 * 1024,
  });
  const { stdout, stderr } = result;
  return { status: result.status ?? 1, stdout, stderr, text: stdout + stderr };
}

/** Fails with everything the command printed unless it ended well. */
export function succeeded(result: Result): Result {
  assert.equal(result.status, 0, result.text.slice(-4000));
  return result;
}

export const kubectl = (...args: string[]): Result => inLab(["kubectl", ...args]);

export function kubectlApply(object: unknown): Result {
  return inLab(["kubectl", "apply", "-f", "-"], { input: JSON.stringify(object) });
}

export function kubectlJson<T>(...args: string[]): T {
  return JSON.parse(succeeded(kubectl(...args, "-o", "json")).stdout) as T;
}

/** The dev stack is up: as the file before left it, or brought up for one that runs alone. */
export function devStackIsUp(): void {
  if (npm("health").status !== 0) succeeded(npm("start"));
}

let scratchFolder: string | undefined;

/** A folder for this run's files. */
export function scratch(name: string): string {
  scratchFolder ??= mkdtempSync(join(tmpdir(), "homelab-e2e-"));
  return join(scratchFolder, name);
}

/** Makes an image archive of random layers (so that nothing can be shared or compressed) and returns its path. */
export function randomImage(name: string, layers: number, mebibytesEach: number): string {
  const files = Array.from({ length: layers }, (_, index) => {
    const blob = scratch(`${name}-${index}.bin`);
    const layer = scratch(`${name}-${index}.tar`);
    writeFileSync(blob, Buffer.concat(Array.from({ length: mebibytesEach }, () => randomBytes(1024 * 1024))));
    run("tar", ["-cf", layer, "-C", join(blob, ".."), `${name}-${index}.bin`]);
    return layer;
  });
  const archive = scratch(`${name}.tar`);
  succeeded(
    inLab(["crane", "append", "--new_layer", files.join(","), "--new_tag", `example.invalid/${name}:1`, "--output", archive]),
  );
  return archive;
}

/** Outputs of the dev stack as its users read them. */
export function outputs(stack = "dev"): Record<string, unknown> {
  const env = { PULUMI_CONFIG_PASSPHRASE: readFileSync(paths.passphrase, "utf8") };
  const answer = spawnSync(join(paths.engine, "pulumi"), ["stack", "output", "--json", "--show-secrets", "--stack", stack], {
    cwd: paths.stacks,
    encoding: "utf8",
    env: {
      ...process.env,
      ...env,
      PULUMI_BACKEND_URL: `file://${paths.pulumiState}`,
      PULUMI_HOME: paths.pulumiHome,
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
  });
  assert.equal(answer.status, 0, answer.stderr);
  return JSON.parse(answer.stdout) as Record<string, unknown>;
}

/** Puts a command where nothing is trusted but the given certificates: by default the platform's CA. */
export function trusting(command: readonly string[], certificates = paths.caCertificate): string[] {
  return ["env", `SSL_CERT_FILE=${certificates}`, "SSL_CERT_DIR=/nonexistent", ...command];
}

/** An HTTPS or HTTP request with curl in the lab; gives status, headers and body apart. */
export function http(url: string, ...args: string[]): { status: number; headers: string; body: string } {
  const result = inLab(["curl", "--silent", "--show-error", "--include", "--max-time", "10", ...args, url]);
  assert.equal(result.status, 0, `curl ${url}: ${result.stderr}`);
  const end = result.stdout.indexOf("\r\n\r\n");
  const headers = result.stdout.slice(0, end);
  return { status: Number(/^HTTP\/\S+ (\d+)/.exec(headers)?.[1]), headers, body: result.stdout.slice(end + 4) };
}
