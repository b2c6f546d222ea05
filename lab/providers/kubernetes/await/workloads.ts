/**
 * Deployments, StatefulSets, DaemonSets, ReplicationControllers and Jobs.
 * Source: the conditions that `kubectl rollout status` and `kubectl wait` use (kubectl/pkg/polymorphichelpers).
 */
import { at, count, text, type KubeObject } from "../objects";
import { conditionOf, isTrue, READY, waiting, type Check, type Verdict } from "./condition";
import { problemsOfSelected } from "./pod";

/** Adds what the controller's pods complain about to a verdict that is not "ready". */
function withPods(check: (live: KubeObject) => Verdict): Check {
  return async (live, context) => {
    const verdict = check(live);
    if (verdict.ready) return verdict;
    const pods = await problemsOfSelected(live, at(live, "spec", "selector"), context);
    return { ...verdict, problems: [...(verdict.problems ?? []), ...pods] };
  };
}

function seen(live: KubeObject): boolean {
  return (count(live, "status", "observedGeneration") ?? 0) >= (count(live, "metadata", "generation") ?? 0);
}

function status(live: KubeObject, member: string): number {
  return count(live, "status", member) ?? 0;
}

export function deploymentVerdict(live: KubeObject): Verdict {
  if (at(live, "spec", "paused") === true) return READY;
  if (!seen(live)) return waiting("the controller to take notice of the Deployment");
  const wanted = count(live, "spec", "replicas") ?? 1;
  const updated = status(live, "updatedReplicas");
  const available = status(live, "availableReplicas");
  if (updated >= wanted && status(live, "replicas") <= updated && available >= Math.min(updated, wanted)) return READY;
  const problems = ["Progressing", "ReplicaFailure"].flatMap((type) => {
    const condition = conditionOf(live, type);
    const bad = type === "Progressing" ? "False" : "True";
    return text(condition, "status") === bad ? [`[${text(condition, "reason")}] ${text(condition, "message")}`] : [];
  });
  return waiting(`app ReplicaSet to be available (${available}/${wanted} Pods available)`, problems);
}

export function statefulSetVerdict(live: KubeObject): Verdict {
  if (!seen(live)) return waiting("the controller to take notice of the StatefulSet");
  const wanted = count(live, "spec", "replicas") ?? 1;
  const ready = status(live, "readyReplicas");
  const message = `StatefulSet to create Pods (${ready}/${wanted} Pods ready)`;
  if (ready < wanted || status(live, "replicas") !== wanted) return waiting(message);
  if (text(live, "spec", "updateStrategy", "type") === "OnDelete") return READY;
  const partition = count(live, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  if (partition > 0) return status(live, "updatedReplicas") >= wanted - partition ? READY : waiting(message);
  const current = text(live, "status", "currentRevision");
  const update = text(live, "status", "updateRevision");
  return current === update ? READY : waiting(`StatefulSet to update from revision "${current}" to "${update}"`);
}

export function daemonSetVerdict(live: KubeObject): Verdict {
  if (!seen(live)) return waiting("the controller to take notice of the DaemonSet");
  const wanted = status(live, "desiredNumberScheduled");
  const ready = status(live, "numberReady");
  const updated = text(live, "spec", "updateStrategy", "type") === "OnDelete" ? wanted : status(live, "updatedNumberScheduled");
  return ready >= wanted && updated >= wanted ? READY : waiting(`DaemonSet's Pods (${ready}/${wanted} Pods ready)`);
}

export function jobVerdict(live: KubeObject): Verdict {
  if (isTrue(live, "Complete")) return READY;
  const failed = conditionOf(live, "Failed");
  if (text(failed, "status") === "True") {
    const problem = `Job failed: [${text(failed, "reason")}] ${text(failed, "message")}`;
    return { ready: false, failed: true, waitingFor: "the Job to succeed", problems: [problem] };
  }
  const succeeded = status(live, "succeeded");
  return waiting(`Job to succeed (${succeeded}/${count(live, "spec", "completions") ?? 1} completions)`);
}

export function replicationControllerVerdict(live: KubeObject): Verdict {
  const wanted = count(live, "spec", "replicas") ?? 1;
  const available = status(live, "availableReplicas");
  return available === wanted ? READY : waiting(`ReplicationController (${available}/${wanted} Pods available)`);
}

export const checkDeployment = withPods(deploymentVerdict);
export const checkStatefulSet = withPods(statefulSetVerdict);
export const checkDaemonSet = withPods(daemonSetVerdict);
export const checkJob = withPods(jobVerdict);
