/** Pods: when one is ready, and why it is not. */
import { at, count, list, namespaceOf, nameOf, text, type KubeObject } from "../objects";
import type { PropertyValue } from "../values";
import { conditionOf, core, isTrue, READY, selectorText, type CheckContext, type Verdict } from "./condition";

export function checkPod(pod: KubeObject): Verdict {
  if (text(pod, "status", "phase") === "Succeeded" || isTrue(pod, "Ready")) return READY;
  const failed = text(pod, "status", "phase") === "Failed";
  return { ready: false, failed, waitingFor: "the Pod to be ready", problems: podProblems([pod]) };
}

/** One line for each thing that keeps pods from being ready, without repetition. */
export function podProblems(pods: KubeObject[]): string[] {
  const problems = pods.flatMap((pod) => {
    if (isTrue(pod, "Ready") || text(pod, "status", "phase") === "Succeeded") return [];
    const scheduled = conditionOf(pod, "PodScheduled");
    const found =
      text(scheduled, "status") === "False"
        ? [`[${text(scheduled, "reason") || "Unscheduled"}] ${text(scheduled, "message")}`]
        : [];
    const containers = [...list(pod, "status", "initContainerStatuses"), ...list(pod, "status", "containerStatuses")];
    return [...found, ...containers.flatMap(containerProblems)].map((problem) => `[Pod ${idOfPod(pod)}]: ${problem}`);
  });
  return [...new Set(problems)];
}

/** What a container says of itself: why it waits, how it ended, and how it ended the last time, as the official plugin does. */
function containerProblems(status: PropertyValue): string[] {
  if (at(status, "ready") === true) return [];
  const name = text(status, "name");
  const problems: string[] = [];
  const reason = text(status, "state", "waiting", "reason");
  if (reason !== "" && reason !== "ContainerCreating" && reason !== "PodInitializing") {
    problems.push(`container "${name}": [${reason}] ${text(status, "state", "waiting", "message")}`.trim());
  }
  const ended = (state: PropertyValue | undefined, before: string) => {
    const code = count(state, "exitCode");
    const message = text(state, "message").trim();
    if (code === undefined || (code === 0 && (before === "" || message === ""))) return;
    problems.push(`container "${name}" ended${before} with exit code ${code}${message === "" ? "" : `: ${message}`}`);
  };
  ended(at(status, "state", "terminated"), "");
  ended(at(status, "lastState", "terminated"), " the last time");
  return problems;
}

function idOfPod(pod: KubeObject): string {
  return `${namespaceOf(pod)}/${nameOf(pod)}`;
}

/** The problems of the pods that a controller's `spec.selector` picks. */
export async function problemsOfSelected(
  controller: KubeObject,
  selector: PropertyValue | undefined,
  { cluster, signal }: CheckContext,
): Promise<string[]> {
  const chosen = selectorText(selector);
  if (chosen === "") return [];
  return podProblems(await cluster.list(core("Pod"), namespaceOf(controller), chosen, signal));
}
