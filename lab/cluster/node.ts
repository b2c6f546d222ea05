/**
 * The node: how it is created, entered and removed. Its process 1 holds network, mount, process and host-name namespaces of its own.
 * When process 1 ends, the kernel ends every process of the node with it and takes back mounts, addresses and the veth pair:
 * nothing can be left behind but empty control groups and files under `.lab/`.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { labId, paths, root } from "../../shared/paths";
import { children, run, startDetached, startTime, UserError, waitFor } from "../../shared/process";
import { chooseNetwork, connect, type NodeNetwork } from "./network";
import { CGROUP, ESSENTIAL, type Daemon } from "./daemons";
import { NODE_NAME } from "./pki";

/** What is known of a running node; the records of all labs of the machine lie in one folder, so that abandoned nodes are found. */
export interface NodeRecord {
  /** Folder of the lab it belongs to. */
  lab: string;
  id: string;
  /** Process 1 of the node, as the host sees it, and when it started: a reused id is not mistaken for it. */
  pid: number;
  started: string;
  network: NodeNetwork;
  cgroup: string;
}

const REGISTER = "/run/homelab-lab";
const CGROUPS = "/sys/fs/cgroup";
const recordFile = (id: string) => join(REGISTER, `${id}.json`);

function readRecord(id: string): NodeRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(id), "utf8")) as NodeRecord;
  } catch {
    return undefined;
  }
}

const isAlive = (record: NodeRecord) => startTime(record.pid) === record.started;

/** This lab's node, if it is running. */
export function runningNode(): NodeRecord | undefined {
  const record = readRecord(labId);
  return record && isAlive(record) ? record : undefined;
}

/** Removes what nodes left that are gone, or whose folder is: of this lab and of any other. Returns whose. */
export function clearLeftovers(): string[] {
  if (!existsSync(REGISTER)) return [];
  const cleared: string[] = [];
  for (const file of readdirSync(REGISTER).filter((name) => name.endsWith(".json"))) {
    const record = readRecord(file.slice(0, -".json".length));
    if (record && isAlive(record) && existsSync(join(record.lab, "data"))) continue;
    if (record) {
      if (isAlive(record)) process.kill(record.pid, "SIGKILL");
      removeTraces(record);
      cleared.push(record.lab);
    }
    rmSync(join(REGISTER, file), { force: true });
  }
  if (readdirSync(REGISTER).length === 0) rmdirSync(REGISTER);
  return cleared;
}

function removeTraces(record: NodeRecord): void {
  run("ip", ["link", "delete", record.network.hostLink], { allowFailure: true });
  for (const hierarchy of cgroupHierarchies()) removeCgroup(join(hierarchy, record.cgroup));
}

/** The folders that control groups are made in: one for each controller (cgroup v1) or the one there is (v2). */
export function cgroupHierarchies(): string[] {
  if (existsSync(join(CGROUPS, "cgroup.controllers"))) return [CGROUPS];
  return readdirSync(CGROUPS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(CGROUPS, entry.name));
}

function removeCgroup(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeCgroup(join(folder, entry.name));
  }
  try {
    rmdirSync(folder);
  } catch {
    // A process in it is still ending; the caller tries again.
  }
}

/** Starts process 1 and gives the node its network, its private folders and its control group. */
export async function createNode(init: string): Promise<NodeRecord> {
  mkdirSync(paths.logs, { recursive: true });
  const namespaces = ["--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--mount-proc", "--kill-child"];
  const holder = startDetached("unshare", [...namespaces, init], join(paths.logs, "init.log"));
  const pid = await waitFor(
    () => children(holder)[0],
    10,
    () => `The node's first process did not start: ${readFileSync(join(paths.logs, "init.log"), "utf8").trim()}`,
    20,
  );
  const network = chooseNetwork();
  const record: NodeRecord = { lab: paths.lab, id: labId, pid, started: startTime(pid) ?? "", network, cgroup: CGROUP };
  mkdirSync(REGISTER, { recursive: true });
  writeFileSync(recordFile(labId), JSON.stringify(record, null, 1));
  connect(network, pid);
  privateFolders(record);
  for (const hierarchy of cgroupHierarchies()) mkdirSync(join(hierarchy, CGROUP), { recursive: true });
  return record;
}

/** Hides from the node, and so spares the host, every folder that kubelet and containerd write to by habit. */
function privateFolders(record: NodeRecord): void {
  const podLogs = join(paths.logs, "node");
  mkdirSync(podLogs, { recursive: true });
  const script = [
    "set -e",
    "mount --make-rshared /",
    "mount -t tmpfs -o mode=755 tmpfs /run",
    "mkdir -p /run/netns /run/containerd /run/lock",
    ...(root.startsWith("/var/lib/") ? [] : ["mount -t tmpfs -o mode=755 tmpfs /var/lib"]),
    'mount --bind "$1" /var/log',
    'mount --bind "$2" /etc/hosts',
    `hostname ${NODE_NAME}`,
  ].join("\n");
  runInNode(record, ["sh", "-c", script, "sh", podLogs, paths.hosts]);
}

const enter = (record: NodeRecord) => ["--target", String(record.pid), "--net", "--mount", "--pid", "--uts", "--ipc", "--"];

/** Runs a program inside the node, in its mounts and among its processes. */
export function runInNode(record: NodeRecord, command: readonly string[], allowFailure = false) {
  return run("nsenter", [...enter(record), ...command], { allowFailure, env: nodeEnvironment() });
}

function nodeEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: "/root", LANG: "C.UTF-8" };
}

/** Starts a daemon inside the node; its output goes to `.lab/run/log/NAME.log`. */
export function startDaemon(record: NodeRecord, daemon: Daemon): void {
  const pid = startDetached(
    "nsenter",
    [...enter(record), ...daemon.command],
    join(paths.logs, `${daemon.name}.log`),
    nodeEnvironment(),
  );
  writeFileSync(join(paths.run, `${daemon.name}.pid`), `${pid} ${startTime(pid) ?? ""}`);
}

/** The process id, on the host, of the nsenter that waits for a daemon; undefined when the daemon has ended. */
export function daemonWaiter(name: string): number | undefined {
  try {
    const [pid, started] = readFileSync(join(paths.run, `${name}.pid`), "utf8").split(" ");
    return startTime(Number(pid)) === started ? Number(pid) : undefined;
  } catch {
    return undefined;
  }
}

/** Those that have ended and should not have. */
export const lostDaemons = (): string[] => ESSENTIAL.filter((name) => daemonWaiter(name) === undefined);

/** Asks a daemon to end and waits for it; after `seconds` it is left to the end of the node. */
export async function stopDaemon(name: string, seconds: number): Promise<void> {
  const waiter = daemonWaiter(name);
  if (waiter === undefined) return;
  for (const pid of children(waiter)) process.kill(pid, "SIGTERM");
  await waitFor(
    () => (daemonWaiter(name) === undefined ? true : undefined),
    seconds,
    () => `${name} does not end`,
    50,
  ).catch(() => undefined);
}

/** The last lines of a daemon's log, for messages. */
export function logTail(name: string, lines = 8): string {
  const file = join(paths.logs, `${name}.log`);
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").slice(-lines).join("\n") : "(no log)";
}

/** Waits until `probe` holds, which is up to a daemon; when that ends or the time is up, the error shows the end of its log. */
export async function waitWhileRunning(name: string, seconds: number, probe: () => boolean): Promise<void> {
  const failed = (how: string) => `${name} ${how}. The end of its log:\n${logTail(name)}`;
  await waitFor(
    () => {
      if (daemonWaiter(name) === undefined) throw new UserError(failed("ended"));
      return probe() ? true : undefined;
    },
    seconds,
    () => failed(`was not ready after ${seconds} s`),
    100,
  );
}

/** Ends process 1, and with it everything of the node; then removes the control groups and the record. */
export async function removeNode(record: NodeRecord): Promise<void> {
  if (isAlive(record)) process.kill(record.pid, "SIGKILL");
  await waitFor(
    () => (isAlive(record) ? undefined : true),
    10,
    () => `The node's first process (${record.pid}) does not end.`,
    50,
  );
  const left = () => cgroupHierarchies().filter((hierarchy) => existsSync(join(hierarchy, record.cgroup)));
  await waitFor(
    () => {
      removeTraces(record);
      return left().length === 0 ? true : undefined;
    },
    10,
    () =>
      `Control groups are still in use: ${left()
        .map((folder) => join(folder, record.cgroup))
        .join(", ")}`,
    100,
  );
  rmSync(recordFile(record.id), { force: true });
  if (existsSync(REGISTER) && readdirSync(REGISTER).length === 0) rmdirSync(REGISTER);
}

/** The node, or a message that says how to get one. */
export function requireNode(): NodeRecord {
  const node = runningNode();
  if (!node) {
    throw new UserError("The lab is not running. Start it with `npm run lab -- up`, or all of the platform with `npm start`.");
  }
  return node;
}
