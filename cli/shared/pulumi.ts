/** Calling the Pulumi CLI on a stack, with the generated stack file, the policy pack and the right environment. */
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { Cluster } from "../clusters/cluster";
import { engineEnvironment, missingPassphrase } from "../engine/environment";
import { root } from "../../shared/paths";
import { UserError, run, which, type RunResult } from "../../shared/process";
import { failures, readEvents, shownResource } from "./events";
import { encryptedKeys, generateStackFile } from "./stacks";
import { damagedState, mendStateFile, stateFile } from "./state/file";

export interface Stack {
  name: string;
  cluster: Cluster;
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

/**
 * Before the engine is provided, which would make a new passphrase where there is none.
 * @throws UserError where the stack's file holds what only a former one opens
 */
export function requirePassphrase(name: string, { purpose }: Cluster): void {
  const missing = missingPassphrase(purpose);
  const encrypted = missing === undefined ? [] : encryptedKeys(name);
  if (missing === undefined || encrypted.length === 0) return;
  throw new UserError(
    `Pulumi.${name}.yaml holds values that are encrypted (${encrypted.join(", ")}), and the passphrase that opens them is not here: no new one was made. ${missing}\n${lostValues(name)}`,
  );
}

/** A stack that was opened before, to be looked at. */
export function existingStack(name: string, cluster: Cluster, more: Record<string, unknown> = {}): Stack {
  const env = { ...engineEnvironment(cluster.purpose), ...cluster.environment() };
  return { name, cluster, file: generateStackFile(name, cluster, more, env.PULUMI_BACKEND_URL), env };
}

/** Prepares a stack to be used: its file, its environment, and the stack itself in the state. */
export function openStack(name: string, cluster: Cluster, more: Record<string, unknown> = {}): Stack {
  const stack = existingStack(name, cluster, more);
  // Pulumi writes a new stack's salt into the stack file of the folder it runs in: this one, not the tracked one.
  copyFileSync(join(root, "Pulumi.yaml"), join(dirname(stack.file), "Pulumi.yaml"));
  const state = stateFile(stack.env.PULUMI_BACKEND_URL, name);
  if (state !== undefined) mendStateFile(name, state);
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

/** What a run of the CLI said: the text that it printed, and the engine's events. */
export interface Said {
  output: string;
  events: EngineEvent[];
}

/** Runs the CLI with its output passed on as it comes. Throws with cause and fix on failure. */
export async function pulumiShown(stack: Stack, args: readonly string[]): Promise<Said> {
  const folder = mkdtempSync(join(tmpdir(), "homelab-events-"));
  try {
    const log = join(folder, "events.json");
    // The flag with which the Automation API listens to the CLI, which has it for those who set this variable.
    const env = { ...stack.env, PULUMI_DEBUG_COMMANDS: "true" };
    const lost = () => stack.cluster.loss();
    const { status, output } = await passOn("pulumi", [...programArguments(stack, args), "--event-log", log], env, lost);
    const said = { output, events: existsSync(log) ? readEvents(readFileSync(log, "utf8")) : [] };
    if (status !== 0) throw new PulumiFailure(stack, said);
    return said;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Seconds that the engine gets to end in order once its cluster has lost a part. */
const GRACE_SECONDS = 10;

/** @param lost says what of the cluster has ended: without it the engine would only wait, for minutes */
async function passOn(command: string, args: readonly string[], env: NodeJS.ProcessEnv, lost: () => string | undefined) {
  const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const pass = (chunk: Buffer) => {
    output += chunk.toString();
    process.stderr.write(chunk);
  };
  child.stdout.on("data", pass);
  child.stderr.on("data", pass);
  let beats = 0;
  const watch = setInterval(() => {
    if (lost() === undefined) return;
    // The first makes the engine end in order, the second at once.
    if (beats % GRACE_SECONDS === 0) child.kill("SIGINT");
    beats += 1;
  }, 1000);
  const status = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  }).finally(() => clearInterval(watch));
  const words = status === 0 ? undefined : lost();
  if (words !== undefined) throw new UserError(words);
  return { status, output };
}

/** A deployment that failed, with all that the CLI said. Its message ends with the first cause. */
export class PulumiFailure extends UserError {
  readonly output: string;
  readonly events: EngineEvent[];

  constructor(stack: Stack, { output, events }: Said) {
    const words = [failure(stack, output, true).message, firstCause(events)];
    super(words.filter((part) => part !== "").join("\n\n"));
    this.output = output;
    this.events = events;
  }
}

/** The first cause of a failure in full, so that nobody has to look for it above; empty where the engine told none. */
export function firstCause(events: readonly EngineEvent[]): string {
  const [first, ...others] = failures(events);
  if (!first) return "";
  const more = others.length === 0 ? "" : ` (the first of ${others.length + 1}; the others are told above)`;
  return `The cause${more}:\n${first.urn ? `${shownResource(first.urn)}\n` : ""}${first.message.replaceAll(/^(?=.)/gm, "  ")}`;
}

const lostValues = (stack: string) =>
  `Where it is lost, so are the values under "secure:" in Pulumi.${stack}.yaml: take them and the line "encryptionsalt" out, then set them again (pulumi config set --secret).`;

/** Known failures of the CLI, with what to do about them. */
const remedies: Array<[RegExp, (stack: Stack) => string]> = [
  [
    /incorrect passphrase|unable to read PULUMI_CONFIG_PASSPHRASE_FILE/i,
    ({ name }) =>
      `The passphrase does not open this stack's secrets. Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to the one that the stack was made with.
${lostValues(name)}`,
  ],
  [
    /the stack is currently locked/i,
    (stack) =>
      `Another run holds this stack, or one was killed. If none is running: npm run lab -- exec pulumi cancel --yes --stack ${stack.name}`,
  ],
  [
    /container has runAsNonRoot and image (will run as root|has non-numeric user)/,
    () =>
      "A container's image runs as root, or as a user by name, and the app's level is restricted: set securityContext.runAsUser to a number in its values, or podSecurity: baseline in its block.",
  ],
  [
    /failed calling webhook "[^"]*cert-manager/,
    () =>
      "cert-manager's webhook does not answer: kubectl -n cert-manager get pods. Once its pod is ready, run the same command again.",
  ],
  [
    /failed calling webhook/,
    () =>
      "A webhook that the cluster asks before it takes an object does not answer: its name stands above, its pods are to be ready first.",
  ],
  [
    /failed to load checkpoint/,
    ({ name, env }) => {
      const state = stateFile(env.PULUMI_BACKEND_URL, name);
      return state?.damaged ? damagedState(name, state) : "";
    },
  ],
  [/no space left on device/i, () => "The disk is full. Free some space and run the same command again."],
  [
    /pending operation/i,
    () => "An earlier run was interrupted. Run the same command again; what it had begun is looked up in the cluster.",
  ],
];

export function failure(stack: Stack, output: string, shown = false): UserError {
  const remedy = stack.cluster.loss() ?? remedies.find(([pattern]) => pattern.test(output))?.[1](stack);
  const words = shown ? "" : `\n${output.trim().split("\n").slice(-20).join("\n")}`;
  return new UserError(`pulumi failed on the stack "${stack.name}".${words}${remedy ? `\n${remedy}` : ""}`);
}

/** The stack's outputs; secrets are shown only when asked for. */
export function outputs(stack: Stack, showSecrets = false): Record<string, unknown> {
  const answer = pulumi(stack, ["stack", "output", "--json", ...(showSecrets ? ["--show-secrets"] : [])]);
  if (answer.status !== 0) throw failure(stack, answer.stderr);
  return JSON.parse(answer.stdout || "{}") as Record<string, unknown>;
}
