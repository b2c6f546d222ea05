/**
 * What an interrupted `up` leaves in a stack's state, mended before the next one: a lock whose holder is gone, and creations
 * that were begun but not recorded. An object that did come to be is taken into the state, so that nothing is made twice.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths, root } from "../../lab/shared/paths";
import { run, startTime } from "../../lab/shared/process";
import { say, step } from "../../lab/shared/progress";
import { getObject } from "./kubectl";
import { failure, programArguments, pulumi, type Stack } from "./pulumi";

export interface Resource {
  urn: string;
  type: string;
  inputs?: { metadata?: { name?: string; namespace?: string }; apiVersion?: string; kind?: string };
}

export interface PendingOperation {
  type: string;
  resource: Resource;
}

interface Deployment {
  resources?: object[];
  pending_operations?: PendingOperation[];
}

/** Locks of the lab's own state whose process no longer exists are removed; elsewhere a lock may be another machine's. */
function removeDeadLocks(stack: Stack): void {
  if (stack.target.kind !== "lab") return;
  const folder = join(paths.pulumiState, ".pulumi", "locks", "organization", "homelab", stack.name);
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder)) {
    const { pid } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { pid?: number };
    if (pid !== undefined && startTime(pid) === undefined) rmSync(join(folder, file));
  }
}

/** The identity by which the kubernetes provider knows an object: `namespace/name`, or the name alone. */
function objectId({ type, inputs }: Resource): string | undefined {
  const { name, namespace } = inputs?.metadata ?? {};
  if (!type.startsWith("kubernetes:") || !name) return undefined;
  return namespace ? `${namespace}/${name}` : name;
}

function existsInCluster(stack: Stack, { inputs = {} }: Resource): boolean {
  const { apiVersion = "", kind = "", metadata = {} } = inputs;
  return getObject(stack, { apiVersion, kind, metadata: { ...metadata, name: metadata.name ?? "" } }) !== undefined;
}

/**
 * The deployment with every adopted creation as a resource and no pending operation. `pulumi refresh --import-pending-creates`
 * is meant for this, but in 3.248 it drops the resource, so that the next `up` finds the object in its way.
 */
export function withAdopted(deployment: Deployment, adopted: readonly PendingOperation[]): Deployment {
  const resources = adopted.map(({ resource }) => ({ ...resource, id: objectId(resource), outputs: resource.inputs }));
  return { ...deployment, resources: [...(deployment.resources ?? []), ...resources], pending_operations: [] };
}

interface State {
  deployment?: Deployment;
}

function exportState(stack: Stack): State {
  const exported = pulumi(stack, ["stack", "export"]);
  if (exported.status !== 0) throw failure(stack, exported.stderr);
  return JSON.parse(exported.stdout) as State;
}

/** Makes the state know objects that are in the cluster, as the cluster has them. */
export function takeUp(stack: Stack, found: readonly PendingOperation[], state = exportState(stack)): void {
  importState(stack, { ...state, deployment: withAdopted(state.deployment!, found) });
  if (found.length === 0) return;
  const args = programArguments(stack, ["refresh", "--yes", "--skip-preview"]);
  const answer = run("pulumi", args, { cwd: root, env: stack.env, allowFailure: true });
  if (answer.status !== 0) throw failure(stack, answer.stdout + answer.stderr);
}

/** Mends a stack after an interruption; does nothing to one that was not interrupted. */
export async function recover(stack: Stack): Promise<void> {
  removeDeadLocks(stack);
  const state = exportState(stack);
  const pending = (state.deployment?.pending_operations ?? []).filter(({ type }) => type === "creating");
  if (pending.length === 0) return;
  say(`  an earlier run was interrupted while it created ${pending.length} ${pending.length === 1 ? "object" : "objects"}`);
  await step("taking up what it had begun", () => {
    const found = pending.filter(({ resource }) => objectId(resource) && existsInCluster(stack, resource));
    takeUp(stack, found, state);
  });
}

function importState(stack: Stack, state: unknown): void {
  const file = `${stack.file}.state`;
  writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
  try {
    const answer = pulumi(stack, ["stack", "import", "--file", file]);
    if (answer.status !== 0) throw failure(stack, answer.stdout + answer.stderr);
  } finally {
    rmSync(file);
  }
}
