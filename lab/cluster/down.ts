/** Takes the lab down: first what holds data is asked to end, then the node as a whole. */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { paths } from "../../shared/paths";
import { children, waitFor } from "../../shared/process";
import { step } from "../../shared/progress";
import { clearLeftovers, removeNode, runningNode, stopDaemon, type NodeRecord } from "./node";

/** Seconds that containers get between TERM and KILL; programs that write their state on shutdown need them. */
const GRACE_SECONDS = 12;

/** The first process of each container. Their shims hang on the node's first process and outlive containerd. */
function containerProcesses(node: NodeRecord): number[] {
  return children(node.pid)
    .filter((pid) => commandOf(pid).startsWith("containerd-shim"))
    .flatMap(children);
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return ""; // It ended meanwhile.
  }
}

function terminate(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It ended meanwhile.
  }
}

/** kubelet is stopped first: it would start stopped containers again. */
async function endContainers(node: NodeRecord): Promise<void> {
  await stopDaemon("kubelet", 5);
  containerProcesses(node).forEach(terminate);
  await waitFor(
    () => (containerProcesses(node).length === 0 ? true : undefined),
    GRACE_SECONDS,
    () => "containers still run",
    100,
  ).catch(() => undefined);
}

/** Stops a node, also one whose daemons have partly ended: what runs on it is asked to end and waited for. */
export async function endNode(node: NodeRecord): Promise<void> {
  await step("containers end", () => endContainers(node));
  await step("node ends", async () => {
    for (const daemon of ["kube-apiserver", "etcd"]) await stopDaemon(daemon, 3);
    await removeNode(node);
  });
}

/**
 * Leaves no process, namespace, mount or control group of this checkout's lab. Returns whether there was anything running.
 * @param options.keepPassphrase keeps the passphrase when the data goes: something that stays is encrypted with it
 */
export async function labDown(options: { removeData: boolean; keepPassphrase?: boolean }): Promise<boolean> {
  const node = runningNode();
  if (node) await endNode(node);
  clearLeftovers();
  rmSync(paths.run, { recursive: true, force: true });
  if (options.removeData) removeData(options.keepPassphrase ? paths.passphrase : undefined);
  return node !== undefined;
}

function removeData(kept: string | undefined): void {
  if (kept === undefined || !existsSync(kept)) return rmSync(paths.data, { recursive: true, force: true });
  for (const entry of readdirSync(paths.data).map((name) => join(paths.data, name))) {
    if (entry !== kept) rmSync(entry, { recursive: true, force: true });
  }
}
