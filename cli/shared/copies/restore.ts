/** Putting copies back. */
import { closeSync, openSync } from "node:fs";
import { copies } from "../../../components/services/apps/copies/scripts";
import { UserError, waitFor } from "../../../shared/process";
import type { Database } from "../databases";
import type { Stack } from "../pulumi";
import { sumOf } from "./backup";
import { byHand, kubectl, notRunning, podsOf, runningPod, takeAway, withRoom, workloadOf, type Pod } from "./pod";
import { withClaims } from "./status";

/** What is put in place: files of this machine with the paths they have in the container, or a copy of the app's claim. */
export type Source = { files: { path: string; file: string }[]; anew: boolean } | { copy: string };

/**
 * Puts a copy in place of an app's databases and starts its program anew.
 *
 * The copy is brought beside the scheduled ones and checked while the program goes on. Then the pod is started anew: the
 * old one ends first, and before the new program starts, what is there is copied aside and the copy takes its place. So
 * whatever the program acknowledged is in the copy aside. A restore that is broken off before that changed nothing; one
 * that is broken off later is done to its end by the next start of the pod.
 * @returns the name of the copy, once the program is ready with it
 */
export async function restore(stack: Stack, database: Database, source: Source): Promise<string> {
  const { app, namespace } = database;
  const pod = runningPod(stack, database);
  const there = `.incoming-${process.pid}-${Date.now()}`;
  let name: string;
  try {
    name = await fetchCopy(stack, database, pod, there, source);
    // What the app copied by itself was there under this name.
    const anew = "copy" in source || source.anew ? ["anew"] : [];
    byHand(stack, database, pod, ["prepare", there, ...anew]);
    startAnew(stack, database, pod);
  } catch (error) {
    // What is not done now is not to be done by some later start of the pod.
    takeAway(stack, database, pod, "withdraw", there);
    throw error;
  }
  const { report, by } = await reportOf(stack, database, pod);
  if (report !== "restored") throw new UserError(withClaims(withRoom(`The app ${app}: ${report}`), database));
  try {
    kubectl(stack, ["wait", "--for=condition=Ready", "-n", namespace, `pod/${by}`, "--timeout=300s"]);
  } catch (error) {
    throw new UserError(
      `The app ${app}: the copy is in place, but its program does not become ready with it: ${(error as Error).message}\nWhat was there before: npm run restore -- --app ${app} --copy before-restore`,
    );
  }
  return name;
}

async function fetchCopy(stack: Stack, database: Database, pod: Pod, there: string, source: Source): Promise<string> {
  if ("copy" in source) return byHand(stack, database, pod, ["fetch", there, source.copy]);
  for (const { path, file } of source.files) {
    const input = openSync(file, "r");
    try {
      const sum = byHand(stack, database, pod, ["receive", there, path], input);
      if (sum !== (await sumOf(file))) {
        throw new UserError(`The app ${database.app}: ${file} did not arrive whole. Run the same command again.`);
      }
    } finally {
      closeSync(input);
    }
  }
  return source.files.map(({ file }) => file).join(", ");
}

/**
 * A Deployment begins its new pod when the old one has ended only in a rollout; a StatefulSet always does, but has a
 * rollout only where its strategy says so.
 */
function startAnew(stack: Stack, database: Database, pod: Pod): void {
  const { kind, metadata } = workloadOf(stack, database);
  const place = ["-n", database.namespace];
  if (kind === "Deployment") kubectl(stack, ["rollout", "restart", ...place, `deployment/${metadata.name}`]);
  else kubectl(stack, ["delete", "pod", ...place, pod.metadata.name, "--wait"]);
}

/** What the restorer of the next pod says, and that pod's name. */
async function reportOf(stack: Stack, database: Database, before: Pod): Promise<{ report: string; by: string }> {
  const { app, namespace } = database;
  const next = () =>
    podsOf(stack, database, workloadOf(stack, database))
      .filter(({ metadata }) => metadata.uid !== before.metadata.uid)
      .at(-1);
  const report = () => {
    const pod = next();
    const restorer = pod?.status.initContainerStatuses?.find(({ name }) => name === copies.restorer);
    const said = (restorer?.state?.terminated ?? restorer?.lastState?.terminated)?.message?.trim();
    return said ? { report: said, by: pod!.metadata.name } : undefined;
  };
  return waitFor(
    report,
    600,
    () =>
      `The app ${app}: its new pod did not come to put the copy in place: ${notRunning(next(), namespace) ?? "it left no message"}. It is done when the pod starts.`,
    1000,
  );
}
