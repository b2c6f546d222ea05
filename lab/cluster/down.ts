/** Takes the lab down: first what holds data is asked to end, then the node as a whole. */
import { rmSync } from "node:fs";
import { paths } from "../shared/paths";
import { waitFor } from "../shared/process";
import { step } from "../shared/progress";
import { CONTAINERD_SOCKET } from "./daemons";
import { clearLeftovers, removeNode, runInNode, runningNode, stopDaemon, type NodeRecord } from "./node";

const ctr = (...args: string[]) => ["ctr", "--address", CONTAINERD_SOCKET, "--namespace", "k8s.io", ...args];

/** Seconds that containers get between TERM and the end; what writes its state on shutdown needs them. */
const GRACE_SECONDS = 12;

function runningTasks(node: NodeRecord): string[] {
  const listing = runInNode(node, ctr("tasks", "ls"), true).stdout;
  return listing
    .split("\n")
    .slice(1)
    .filter((line) => /\bRUNNING\b/.test(line))
    .map((line) => line.trim().split(/\s+/)[0]!);
}

/** kubelet goes first, or it would start again what ends. */
async function endContainers(node: NodeRecord): Promise<void> {
  await stopDaemon("kubelet", 5);
  const tasks = runningTasks(node);
  if (tasks.length === 0) return;
  runInNode(
    node,
    ["sh", "-c", `for task; do ${ctr("tasks", "kill", "--signal", "SIGTERM").join(" ")} "$task" & done; wait`, "sh", ...tasks],
    true,
  );
  await waitFor(
    () => (runningTasks(node).length === 0 ? true : undefined),
    GRACE_SECONDS,
    () => "containers still run",
    250,
  ).catch(() => undefined);
}

/** Leaves no process, namespace, mount or control group of this checkout's lab. Returns whether there was anything running. */
export async function labDown(options: { removeData: boolean }): Promise<boolean> {
  const node = runningNode();
  if (node) {
    await step("containers end", () => endContainers(node));
    await step("node ends", async () => {
      for (const daemon of ["kube-apiserver", "etcd"]) await stopDaemon(daemon, 3);
      await removeNode(node);
    });
  }
  clearLeftovers();
  rmSync(paths.run, { recursive: true, force: true });
  if (options.removeData) rmSync(paths.data, { recursive: true, force: true });
  return node !== undefined;
}
