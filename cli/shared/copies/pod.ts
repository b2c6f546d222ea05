/** The pod of a database: finding it, seeing why it does not run, running the scripts for commands in it. */
import { spawnSync } from "node:child_process";
import { byHandScript, copies } from "../../../components/services/apps/copies/scripts";
import { UserError } from "../../../shared/process";
import type { Database } from "../databases";
import type { Stack } from "../pulumi";
import { fullOf, lacking, notOurs, parseProblem, roomOf, withClaims } from "./status";

interface ContainerStatus {
  name: string;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: object;
    terminated?: { reason?: string; message?: string; exitCode?: number };
  };
  lastState?: ContainerStatus["state"];
}

export interface Pod {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  spec: {
    initContainers?: { name: string }[];
    containers: { name: string; volumeMounts?: { name: string }[] }[];
    volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[];
  };
  status: {
    startTime?: string;
    phase?: string;
    conditions?: { type: string; status: string; message?: string }[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

interface Workload {
  kind: string;
  metadata: { name: string };
  spec: { selector: { matchLabels?: Record<string, string> } };
}

export function kubectl(stack: Stack, args: readonly string[], streams: { from?: number; to?: number } = {}): string {
  const answer = spawnSync("kubectl", [...stack.cluster.kubectlArguments, ...args], {
    env: stack.env,
    stdio: [streams.from ?? "ignore", streams.to ?? "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (answer.error) throw new UserError(`kubectl could not be run: ${answer.error.message}. Install it, or use \`npm start\`.`);
  if (answer.status !== 0) {
    const said = answer.stderr
      .toString()
      .trim()
      .replace(/\ncommand terminated with exit code \d+$/, "");
    throw new UserError(said.split("\n").slice(-5).join("\n"));
  }
  return answer.stdout?.toString().trim() ?? "";
}

/** @throws UserError when it is not in the cluster */
export function workloadOf(stack: Stack, { app, namespace, workload }: Database): Workload {
  const found = JSON.parse(kubectl(stack, ["get", "deployment,statefulset", "-n", namespace, "-o", "json"])) as {
    items: Workload[];
  };
  const one = found.items.find(({ metadata }) => metadata.name === workload);
  if (one === undefined) {
    throw new UserError(`The app ${app} has no workload ${workload} in the cluster. Deploy it with \`npm start\`.`);
  }
  return one;
}

/** The pods of a workload, the newest last; those that are going left out. */
export function podsOf(stack: Stack, { namespace }: Database, { spec }: Workload): Pod[] {
  const labels = Object.entries(spec.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const place = ["get", "pods", "-n", namespace, "-l", labels.join(","), "--sort-by=.metadata.creationTimestamp", "-o", "json"];
  const { items } = JSON.parse(kubectl(stack, place)) as { items: Pod[] };
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

/** Why the copier does not run, or undefined when it does. Pure. */
export function notRunning(pod: Pod | undefined, namespace: string): string | undefined {
  if (pod === undefined) return `there is no pod: kubectl get events -n ${namespace}`;
  if (!pod.spec.containers.some(({ name }) => name === copies.copier) || !pod.spec.initContainers?.some(isRestorer)) {
    return "its pod has no copier of this version: deploy it with `npm start`";
  }
  const look = `kubectl describe pod ${pod.metadata.name} -n ${namespace}`;
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  const restorer = statuses.find(isRestorer)?.state;
  const message = restorer?.terminated?.message ?? statuses.find(isRestorer)?.lastState?.terminated?.message;
  if (restorer?.running === undefined && restorer?.terminated?.exitCode !== 0 && message !== undefined) return message.trim();
  const held = pod.status.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False")?.message;
  if (held !== undefined) return `its pod has no node: ${held}`;
  const ofCopies = statuses.filter(({ name, state }) => name === copies.copier || (isRestorer({ name }) && state?.waiting));
  const stuck = ofCopies.find(({ state }) => state?.running === undefined);
  if (ofCopies.length > 0 && stuck === undefined) return undefined;
  const { reason, message: words } = stuck?.state?.waiting ?? stuck?.state?.terminated ?? {};
  if (reason === undefined || reason === "PodInitializing") return `its pod is still starting: ${look}`;
  return `the container of the copies does not run: ${reason}${words ? ` (${words})` : ""}; ${remedyOf(reason) ?? look}`;
}

function isRestorer({ name }: { name: string }): boolean {
  return name === copies.restorer;
}

function remedyOf(reason: string): string | undefined {
  if (/ImagePull|InvalidImageName/.test(reason)) return "set `backup.image` to an image that can be pulled";
  if (/CreateContainer|RunContainer|StartError/.test(reason)) return "set `backup.image` to one with /bin/sh and sqlite3";
  if (/CrashLoop/.test(reason)) return `kubectl logs -c ${copies.copier}; set \`backup.image\` to one with /bin/sh and sqlite3`;
  return undefined;
}

/** @throws UserError when the copier does not run */
export function runningPod(stack: Stack, database: Database): Pod {
  const { app, namespace } = database;
  if (database.backups === undefined) {
    throw new UserError(
      `The app ${app} keeps no copies, so there is no SQLite beside its program. Add \`backup\` to its \`database\`, deploy, then run this again.`,
    );
  }
  const pod = podsOf(stack, database, workloadOf(stack, database)).at(-1);
  const why = notRunning(pod, namespace);
  if (why !== undefined) throw new UserError(withClaims(`The app ${app}: ${why}.`, database));
  return pod!;
}

/** Runs a command in the copier's container. */
export function inCopier(
  stack: Stack,
  database: Database,
  pod: Pod,
  command: readonly string[],
  streams: { from?: number; to?: number } = {},
): string {
  const { app, namespace } = database;
  const input = streams.from === undefined ? [] : ["-i"];
  const place = ["exec", "-n", namespace, pod.metadata.name, "-c", copies.copier, ...input, "--", ...command];
  try {
    return kubectl(stack, place, streams);
  } catch (error) {
    throw new UserError(withClaims(`The app ${app}: ${explained((error as Error).message, app)}`, database));
  }
}

/** Runs a part of byHand.sh there. */
export function byHand(stack: Stack, database: Database, pod: Pod, args: readonly string[], from?: number): string {
  return inCopier(stack, database, pod, ["/bin/sh", "-c", byHandScript(), "sh", ...args], { from });
}

/** Takes away what a command brought, or withdraws a restore; what it cannot reach, the copier takes away after a while. */
export function takeAway(stack: Stack, database: Database, pod: Pod, how: "discard" | "withdraw", folder: string): void {
  try {
    byHand(stack, database, pod, [how, folder]);
  } catch (error) {
    // Whatever the command failed of is what is to be told.
    if (!(error instanceof UserError)) throw error;
  }
}

/** A problem as the scripts name it, in words for a person. */
function explained(said: string, app: string): string {
  const found = /problem=(.*)/.exec(said)?.[1];
  if (found === undefined) return withRoom(said);
  const problem = parseProblem(found);
  const { code, file, words } = problem;
  if (code === "programs") return lacking(problem);
  if (code === "full") return `${fullOf(problem)}: ${roomOf("database")}`;
  if (code === "unreadable" || code === "unwritable") return notOurs(problem);
  const meaning: Record<string, string> = {
    misnamed: `there is no database ${file}, but ${words.trim()}: correct \`file\` in its \`database\`, or, if it is to be made there, add --anew`,
    missing: `there is no database ${file}: correct \`file\` in its \`database\`, or wait until the program has made it`,
    empty: `the database ${file} is empty`,
    foreign: `${file} is no SQLite database`,
    locked: `the program keeps ${file} locked`,
  };
  return meaning[code] ?? `${file} is damaged (${words}). Put a copy in its place: npm run restore -- --app ${app}`;
}

/** What is said of a claim without room, with what makes room. */
export function withRoom(said: string): string {
  const claim = /KiB free\b/.test(said) ? /\bthe claim of the (copies|database)\b/.exec(said)?.[1] : undefined;
  return claim === undefined ? said : `${said}. ${capitalised(roomOf(claim as "copies" | "database"))}.`;
}

const capitalised = (words: string) => words[0]!.toUpperCase() + words.slice(1);
