/** Calling the Pulumi CLI on a stack, with the generated stack file, the policy pack and the right environment. */
import { spawn } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { engineEnvironment } from "../../lab/engine/engine";
import { labEnvironment } from "../../lab/cluster/exec";
import { root } from "../../lab/shared/paths";
import { UserError, run, which, type RunResult } from "../../lab/shared/process";
import { generateStackFile, type Target } from "./stacks";

export interface Stack {
  name: string;
  target: Target;
  /** The generated stack file. */
  file: string;
  env: NodeJS.ProcessEnv;
}

const POLICY_PACK = join(root, "policies");

/** The policy pack, with what the stack's own file (policies/config/NAME.json) says of levels, parameters and exemptions. */
export function withPolicies(stack: string): string[] {
  const config = join(POLICY_PACK, "config", `${stack}.json`);
  return ["--policy-pack", POLICY_PACK, ...(existsSync(config) ? ["--policy-pack-config", config] : [])];
}

/** A stack that was opened before, to be looked at. */
export function existingStack(name: string, target: Target, more: Record<string, unknown> = {}): Stack {
  const own = target.kind !== "lab";
  const env = { ...engineEnvironment({ own }), ...(own ? {} : labEnvironment()) };
  return { name, target, file: generateStackFile(name, target, more), env };
}

/** Prepares a stack to be used: its file, its environment, and the stack itself in the state. */
export function openStack(name: string, target: Target, more: Record<string, unknown> = {}): Stack {
  const stack = existingStack(name, target, more);
  // Pulumi writes a new stack's salt into the stack file of the folder it runs in: this one, not the tracked one.
  copyFileSync(join(root, "Pulumi.yaml"), join(dirname(stack.file), "Pulumi.yaml"));
  const created = pulumi(stack, ["stack", "select", "--create"]);
  if (created.status !== 0) throw failure(stack, created.stdout + created.stderr);
  return stack;
}

/** Runs a subcommand that deals with the state alone (`stack ...`) and captures what it prints. */
export function pulumi(stack: Stack, args: readonly string[]): RunResult {
  if (!which("pulumi", stack.env.PATH)) throw new UserError("Pulumi is not set up here yet. `npm start` does that.");
  return run("pulumi", [...args, "--stack", stack.name, "--non-interactive"], {
    cwd: dirname(stack.file),
    env: stack.env,
    allowFailure: true,
  });
}

/** Arguments for a subcommand that runs the program: `up`, `preview`, `destroy`, `refresh`. */
export function programArguments(stack: Stack, args: readonly string[]): string[] {
  return [...args, "--stack", stack.name, "--config-file", stack.file, "--non-interactive"];
}

/** Runs the CLI with its output passed on as it comes; resolves to what it printed. Throws with cause and fix on failure. */
export async function pulumiShown(stack: Stack, args: readonly string[]): Promise<string> {
  const child = spawn("pulumi", programArguments(stack, args), { cwd: root, env: stack.env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const pass = (chunk: Buffer) => {
    output += chunk.toString();
    process.stderr.write(chunk);
  };
  child.stdout.on("data", pass);
  child.stderr.on("data", pass);
  const status = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
  if (status !== 0) throw new PulumiFailure(failure(stack, output, true).message, output);
  return output;
}

/** A deployment that failed, with all that the CLI said. */
export class PulumiFailure extends UserError {
  constructor(
    message: string,
    readonly output: string,
  ) {
    super(message);
  }
}

/** Known failures of the CLI, with what to do about them. */
const remedies: Array<[RegExp, (stack: Stack) => string]> = [
  [
    /incorrect passphrase/i,
    () =>
      "The passphrase does not open this stack's secrets. Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to the one that the stack was made with.",
  ],
  [
    /the stack is currently locked/i,
    (stack) =>
      `Another run holds this stack, or one was killed. If none is running: npm run lab -- exec pulumi cancel --yes --stack ${stack.name}`,
  ],
  [/no space left on device/i, () => "The disk is full. Free some space and run the same command again."],
  [
    /pending operation/i,
    () => "An earlier run was interrupted. Run the same command again; what it had begun is looked up in the cluster.",
  ],
];

export function failure(stack: Stack, output: string, shown = false): UserError {
  const remedy = remedies.find(([pattern]) => pattern.test(output))?.[1](stack);
  const words = shown ? "" : `\n${output.trim().split("\n").slice(-20).join("\n")}`;
  return new UserError(`pulumi failed on the stack "${stack.name}".${words}${remedy ? `\n${remedy}` : ""}`);
}

/** The stack's outputs; secrets are shown only when asked for. */
export function outputs(stack: Stack, showSecrets = false): Record<string, unknown> {
  const answer = pulumi(stack, ["stack", "output", "--json", ...(showSecrets ? ["--show-secrets"] : [])]);
  if (answer.status !== 0) throw failure(stack, answer.stderr);
  return JSON.parse(answer.stdout || "{}") as Record<string, unknown>;
}
