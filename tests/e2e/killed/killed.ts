/** Deployments that are killed, and the proof that the one after them converges. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deployedObjects } from "../../../cli/shared/drift";
import { preview } from "../../../cli/engine/run";
import type { Stack } from "../../../cli/shared/pulumi";
import { exportState, type PendingOperation } from "../../../cli/shared/state/state";
import { paths, root } from "../../../shared/paths";
import { children, startTime, waitFor } from "../../../shared/process";
import { inLab, kubectl, kubectlJson, succeeded } from "../support";

export type Overrides = Record<string, unknown>;

/** What is killed: the engine, the program that it runs, the plugin through which it acts, or the whole command. */
export const TARGETS = ["engine", "program", "plugin", "command"] as const;
export type Target = (typeof TARGETS)[number];

const PATTERNS: Record<Exclude<Target, "command">, RegExp> = {
  engine: /(?:^|\/)pulumi\0(?:.*\0)?up\0/,
  program: /@pulumi\/pulumi\/cmd\/run(?:\/|\0)/,
  plugin: /pulumi-resource-kubernetes/,
};

/** A process and all that it started, parents first. */
const descendants = (pid: number): number[] => [pid, ...children(pid).flatMap(descendants)];

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function find(target: Exclude<Target, "command">, command: ChildProcess): number[] {
  return descendants(command.pid!).filter((pid) => PATTERNS[target].test(commandLine(pid)));
}

export interface Run {
  /** Whether anything was killed before it was over. */
  killed: boolean;
  /** Exit code; null where the command itself was killed. */
  status: number | null;
  text: string;
}

/** Starts a deployment. @returns it, and what becomes of it */
function begin(overrides: Overrides): { command: ChildProcess; ended: Promise<Run> } {
  const script = join("tests", "e2e", "killed", "deploy.ts");
  const args = ["--import=tsx", script, JSON.stringify(overrides)];
  const command = spawn(process.execPath, args, { cwd: root, env: process.env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [command.stdout, command.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  return {
    command,
    ended: once(command, "close").then(([status]) => ({ killed: false, status: status as number | null, text })),
  };
}

/** Deploys to the end. */
export async function deployed(overrides: Overrides): Promise<string> {
  const { status, text } = await begin(overrides).ended;
  assert.equal(status, 0, text.slice(-6000));
  return text;
}

/** What the state holds to be under way. */
export function pending(): PendingOperation[] {
  try {
    const { checkpoint } = JSON.parse(readFileSync(stateFileOfDev, "utf8")) as {
      checkpoint: { latest?: { pending_operations?: PendingOperation[] } };
    };
    return checkpoint.latest?.pending_operations ?? [];
  } catch {
    return []; // Not there yet.
  }
}

const stateFileOfDev = join(paths.pulumiState, ".pulumi", "stacks", "homelab", "dev.json");

/**
 * Deploys and kills with -9 once `moment` has come, if it does. Then waits for all that was left to end.
 * @param moment asked every few milliseconds, with the milliseconds since the engine began to change anything
 */
export async function killed(overrides: Overrides, target: Target, moment: (ms: number) => boolean): Promise<Run> {
  const { command, ended } = begin(overrides);
  let over = false;
  void ended.then(() => (over = true));
  const poll = <T>(probe: () => T | undefined) =>
    waitFor<T | "over">(
      () => (over ? "over" : probe()),
      300,
      () => "the deployment hangs",
      5,
    );
  const engine = await poll(() => find("engine", command)[0]);
  if (engine === "over") return ended;
  const began = Date.now();
  const victims = await poll(() => {
    if (!moment(Date.now() - began)) return undefined;
    const found = target === "command" ? descendants(command.pid!) : find(target, command);
    return found.length > 0 ? found : undefined;
  });
  if (victims === "over") return ended;
  const rest = descendants(command.pid!);
  for (const pid of victims) kill(pid);
  const result = await ended;
  // The program and its host end by themselves; plugins are ended by the next command.
  const mortal = rest.filter((pid) => !/pulumi-resource-/.test(commandLine(pid)));
  await waitFor(
    () => (mortal.every((pid) => startTime(pid) === undefined) ? true : undefined),
    60,
    () => "something is left running",
    50,
  );
  return { ...result, killed: true };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}

interface Live {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; managedFields?: { manager: string; operation: string }[] };
}

const identity = ({
  apiVersion,
  kind,
  metadata,
}: Pick<Live, "apiVersion" | "kind"> & { metadata: { name: string; namespace?: string } }) =>
  `${apiVersion} ${kind} ${metadata.namespace ? `${metadata.namespace}/` : ""}${metadata.name}`;

/** Every object of the cluster that Pulumi's plugin has made. */
function madeByPulumi(): string[] {
  const kinds = succeeded(kubectl("api-resources", "--verbs=list,delete", "-o", "name"))
    .stdout.trim()
    .split("\n");
  const kept = kinds.filter((kind) => !/^(?:events|leases|endpoints|endpointslices|pods|replicasets)\b/.test(kind));
  const { items } = JSON.parse(
    succeeded(inLab(["kubectl", "get", kept.join(","), "-A", "-o", "json", "--show-managed-fields"])).stdout,
  ) as { items: Live[] };
  const own = items.filter(({ metadata }) =>
    metadata.managedFields?.some(({ manager, operation }) => manager.startsWith("pulumi-kubernetes") && operation === "Apply"),
  );
  return [...new Set(own.map(identity))].sort();
}

/** Nothing is pending, twice, orphaned or missing; and what is deployed is what was asked for. */
export async function converged(stack: Stack): Promise<void> {
  const state = exportState(stack);
  const { resources, pending_operations: left } = state.deployment!;
  assert.deepEqual(left ?? [], []);
  const urns = resources!.map(({ urn }) => urn);
  assert.deepEqual(
    urns.filter((urn, index) => urns.indexOf(urn) !== index),
    [],
    "twice in the state",
  );
  const half = resources!.filter((one) => one.delete || one.pendingReplacement || one.taint);
  assert.deepEqual(
    half.map(({ urn }) => urn),
    [],
  );
  const known = deployedObjects(state).map(({ left: object }) => identity(object));
  const live = madeByPulumi();
  const unknown = live.filter((object) => !known.includes(object));
  // Namespaces of apps outlive them, and what they had: see README on data.
  assert.deepEqual(
    unknown.filter((object) => !object.startsWith("v1 Namespace ")),
    [],
    "in the cluster, and not in the state",
  );
  assert.deepEqual(
    known.filter((object) => !live.includes(object)),
    [],
    "in the state, and not in the cluster",
  );
  await preview(stack, { refresh: true, expectNoChanges: true, diff: true });
}

interface Described {
  metadata: { name: string; namespace: string; uid: string };
  data?: Record<string, string>;
}

/** What must be the same whatever happens: the claims, and the values that were generated. */
export function kept(): Record<string, string> {
  const claims = kubectlJson<{ items: Described[] }>("get", "pvc", "-A").items;
  const account = kubectlJson<Described>("get", "secret", "registry-pull", "-n", "apps");
  return {
    ...Object.fromEntries(claims.map(({ metadata }) => [`${metadata.namespace}/${metadata.name}`, metadata.uid])),
    account: account.data![".dockerconfigjson"]!,
  };
}

/** A generator of numbers from 0 to 1 (mulberry32), the same for the same seed. */
export function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The seed of this run: SEED, or the time. */
export const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
