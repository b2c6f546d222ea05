/**
 * A stack as commands have it, and what the CLI does with its state alone. Pulumi's Automation API shows every secret when it exports a
 * state, and imports one through a file that everybody may read: it serves for runs of the engine (cli/engine/run.ts).
 */
import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Cluster } from "../clusters/cluster";
import { engineEnvironment, missingPassphrase } from "../engine/environment";
import { root } from "../../shared/paths";
import { UserError, run, which, type RunResult } from "../../shared/process";
import { DEV, encryptedKeys, generateStackFile } from "./stacks";
import { damagedState, mendStateFile, stateFile } from "./state/file";

export interface Stack {
  name: string;
  cluster: Cluster;
  /** The generated stack file. */
  file: string;
  env: NodeJS.ProcessEnv;
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
  // Where the state is a file of this machine, its presence needs no question to the CLI.
  if (state?.present?.salt !== undefined) return stack;
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

const lostValues = (stack: string) =>
  `Where it is lost, so are the values under "secure:" in Pulumi.${stack}.yaml: take them and the line "encryptionsalt" out, then set them again (pulumi config set --secret).`;

/** What to do about a stack that another run holds. */
export function lockedRemedy({ name, cluster, env }: Stack): string {
  const pulumi =
    cluster.purpose === "lab" ? "npm run lab -- exec pulumi" : `PULUMI_BACKEND_URL='${env.PULUMI_BACKEND_URL}' pulumi`;
  return `Another run holds this stack, or one was killed. If none is running: ${pulumi} cancel --yes --stack ${name}`;
}

/** Known failures for which the API has no type, with what to do about them. */
const remedies: Array<[RegExp, (stack: Stack) => string]> = [
  [
    /unable to read PULUMI_CONFIG_PASSPHRASE_FILE/i,
    ({ name, cluster }) => {
      const missing = missingPassphrase(cluster.purpose);
      if (missing === undefined) return `Put back the file that PULUMI_CONFIG_PASSPHRASE_FILE names.\n${lostValues(name)}`;
      const start = `npm start${name === DEV ? "" : ` -- --stack ${name}`}`;
      return `The passphrase is gone. ${missing} Where it is lost for good, \`${start}\` says how to go on.`;
    },
  ],
  [
    /incorrect passphrase/i,
    ({ name }) =>
      `The passphrase does not open this stack's secrets. Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to the one that the stack was made with.
${lostValues(name)}`,
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
  // Of a run the API tells it by a type; of `pulumi stack import` nothing does.
  [/the stack is currently locked/i, lockedRemedy],
  [/no space left on device/i, () => "The disk is full. Free some space and run the same command again."],
  [
    /pending operation/i,
    () => "An earlier run was interrupted. Run the same command again; what it had begun is looked up in the cluster.",
  ],
];

/** What to do about a known failure. @param causes the messages of the engine or the CLI */
export function remedyFor(stack: Stack, causes: string): string | undefined {
  return stack.cluster.loss() ?? remedies.find(([pattern]) => pattern.test(causes))?.[1](stack);
}

/** The message of a failure. @param output what was not shown before */
export function failed({ name }: Stack, output: string, remedy: string | undefined): string {
  const words = output === "" ? "" : `\n${output.trim().split("\n").slice(-20).join("\n")}`;
  return `pulumi failed on the stack "${name}".${words}${remedy ? `\n${remedy}` : ""}`;
}

/** The failure of a subcommand that deals with the state alone. */
export const failure = (stack: Stack, output: string) => new UserError(failed(stack, output, remedyFor(stack, output)));

/** The stack's outputs; secrets are shown only when asked for. */
export function outputs(stack: Stack, showSecrets = false): Record<string, unknown> {
  const answer = pulumi(stack, ["stack", "output", "--json", ...(showSecrets ? ["--show-secrets"] : [])]);
  if (answer.status !== 0) throw failure(stack, answer.stderr);
  return JSON.parse(answer.stdout || "{}") as Record<string, unknown>;
}
