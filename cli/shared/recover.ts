/**
 * What an interrupted `up` leaves in a stack's state, mended before the next one: a lock whose holder is gone, creations that
 * were begun but not recorded, and changes and deletions of which nobody knows how far they came.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { startTime } from "../../shared/process";
import { say, step } from "../../shared/progress";
import { endOrphanedPlugins } from "./orphans";
import { refresh } from "../engine/run";
import { PROJECT } from "./project";
import type { Stack } from "./pulumi";
import { backendFolder } from "./state/file";
import { mended, objectId } from "./state/mend";
import { whatIsThere } from "./state/own";
import { settleReleases } from "./state/releases";
import { exportState, importState, removeHandedIn, type PendingOperation, type State } from "./state/state";

/** Locks of a state in a folder whose process no longer exists are removed; those that another machine has made stay. */
function removeDeadLocks(stack: Stack): void {
  const state = backendFolder(stack.env.PULUMI_BACKEND_URL);
  if (state === undefined) return;
  const folder = join(state, ".pulumi", "locks", "organization", PROJECT, stack.name);
  const locks = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  for (const file of locks) if (isDead(readFileSync(join(folder, file), "utf8"), hostname())) rmSync(join(folder, file));
}

/** Whether who made a lock is gone. One that was only half written holds nobody. @param host name of this machine */
export function isDead(lock: string, host: string): boolean {
  try {
    const made = JSON.parse(lock) as { pid?: number; hostname?: string };
    if (made.hostname !== undefined && made.hostname !== host) return false;
    return made.pid === undefined || !isPulumi(made.pid);
  } catch {
    return true;
  }
}

/** Ids of processes are used again, which only Linux tells. */
function isPulumi(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== "linux") return true;
    return startTime(pid) !== undefined && readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0]!.endsWith("pulumi");
  } catch {
    return false;
  }
}

/** Makes the state know objects that are in the cluster, and has the engine read them and all that was left pending. */
export async function takeUp(stack: Stack, found: readonly PendingOperation[], state: State = exportState(stack)): Promise<void> {
  const { deployment, toRead } = mended(state.deployment ?? {}, found);
  importState(stack, { ...state, deployment });
  if (toRead.length > 0) await refresh(stack, { target: toRead });
}

/** What a run was at when it was interrupted, in words: `created 2 objects and changed 1`. Pure. */
export function interruption(pending: readonly PendingOperation[]): string {
  const done = { creating: "created", updating: "changed", deleting: "deleted", reading: "read", importing: "took up" };
  const counts = Object.entries(done).map(([type, verb]) => ({ verb, count: pending.filter((one) => one.type === type).length }));
  const parts = counts
    .filter(({ count }) => count > 0)
    .map(({ verb, count }, index) => {
      return index > 0 ? `${verb} ${count}` : `${verb} ${count} ${count === 1 ? "object" : "objects"}`;
    });
  return parts.join(" and ");
}

/** Mends a stack after an interruption; does nothing to one that was not interrupted. */
export async function recover(stack: Stack): Promise<void> {
  removeDeadLocks(stack);
  removeHandedIn(stack);
  endOrphanedPlugins(stack.env.PULUMI_HOME);
  const state = exportState(stack);
  const pending = state.deployment?.pending_operations ?? [];
  const all = [...(state.deployment?.resources ?? []), ...pending.map(({ resource }) => resource)];
  const releases = settleReleases(stack, all);
  if (releases.forgotten > 0) say(`  helm was interrupted at ${releases.forgotten} releases, which it begins anew`);
  if (pending.length === 0) return;
  say(`  an earlier run was interrupted while it ${interruption(pending)}`);
  await step("looking at what became of it", async () => {
    const created = pending.filter(({ type, resource }) => type === "creating" && objectId(resource) !== undefined);
    const found = [
      ...whatIsThere(stack, created).map(({ creation }) => creation),
      ...created.filter(({ resource }) => releases.there.some(({ urn }) => urn === resource.urn)),
    ];
    await takeUp(stack, found, state);
  });
}
