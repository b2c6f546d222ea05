/** Waiting until an object is ready, or gone. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../cluster";
import { ApiError, NoSuchKindError, NotReadyError, UnreachableError } from "../errors";
import { isBuiltIn } from "../kinds";
import { annotation, isAnnotated, kindOf, list, nameOf, text, type KubeObject } from "../objects";
import { READY, waiting, type Check, type Verdict } from "./condition";
import { checkIngress, checkService } from "./network";
import { crdVerdict, quotaVerdict, secretVerdict } from "./others";
import { checkPod } from "./pod";
import { checkClaim, volumeVerdict } from "./storage";
import { waitForCheck } from "./wait-for";
import { checkDaemonSet, checkDeployment, checkJob, checkStatefulSet, replicationControllerVerdict } from "./workloads";

const SKIP_AWAIT = "pulumi.com/skipAwait";
const DEFAULT_TIMEOUT = 600;

interface Rule {
  /** Left out for kinds that are ready at once. */
  check?: Check;
  /** Seconds to wait where neither the program nor an annotation says how long. */
  timeout?: number;
  /** Looked at by a refresh too, which marks what is not ready for the next update. */
  onRead?: boolean;
  /** With skipAwait, its deletion is not awaited either. */
  skipDelete?: boolean;
}

const RULES: Record<string, Rule> = {
  "apps/Deployment": { check: checkDeployment, onRead: true, skipDelete: true },
  "apps/StatefulSet": { check: checkStatefulSet, onRead: true, skipDelete: true },
  "apps/DaemonSet": { check: checkDaemonSet, onRead: true, skipDelete: true },
  "batch/Job": { check: checkJob, onRead: true, skipDelete: true },
  "/Namespace": { skipDelete: true },
  "/Pod": { check: checkPod, onRead: true, skipDelete: true },
  "/ReplicationController": { check: replicationControllerVerdict, skipDelete: true },
  "/Service": { check: checkService, onRead: true },
  "networking.k8s.io/Ingress": { check: checkIngress, onRead: true },
  "/PersistentVolumeClaim": { check: checkClaim, timeout: 300 },
  "/PersistentVolume": { check: volumeVerdict, timeout: 300 },
  "/ResourceQuota": { check: quotaVerdict, timeout: 60 },
  "/Secret": { check: secretVerdict, timeout: 30 },
  "apiextensions.k8s.io/CustomResourceDefinition": { check: crdVerdict, timeout: 60 },
};

export interface AwaitOptions {
  cluster: Cluster;
  /** The inputs, which carry the annotations. */
  inputs: KubeObject;
  /** Seconds from the resource's customTimeouts; 0 for none. */
  timeout: number;
  update: boolean;
  signal: AbortSignal;
  /** Called with what is being waited for, whenever that changes; empty when the wait is over. */
  report: (status: string) => void;
}

/** Seconds that an operation may take: customTimeouts, then `pulumi.com/timeoutSeconds`, then the kind's own. */
export function timeoutOf(inputs: KubeObject, custom: number, fallback = DEFAULT_TIMEOUT): number {
  const annotated = annotation(inputs, "pulumi.com/timeoutSeconds");
  if (custom > 0) return custom;
  return /^\d+$/.test(annotated) ? Number(annotated) : fallback;
}

/**
 * Waits until a created or updated object is ready.
 * @returns the live object; the one given where its kind needs no waiting
 * @throws NotReadyError when it takes too long, cannot become ready any more, or the run was cancelled
 */
export async function awaitReady(object: KubeObject, options: AwaitOptions): Promise<KubeObject> {
  const { inputs } = options;
  if (isAnnotated(inputs, SKIP_AWAIT)) return object;
  const own = waitForCheck(inputs);
  const rule = ruleOf(inputs);
  const check = own ?? rule?.check;
  if (check === undefined) return object;
  const seconds = timeoutOf(inputs, options.timeout, own === undefined ? rule?.timeout : undefined);
  let live = object;
  let fresh = true;
  await poll(seconds, options, `'${nameOf(object)}' timed out waiting to be Ready`, async (waited) => {
    if (!fresh) live = await options.cluster.get(live, options.signal);
    fresh = false;
    const verdict = await check(live, { ...options, waited });
    if (verdict.ready || !verdict.failed) return verdict;
    throw new NotReadyError(`'${nameOf(live)}' failed waiting for ${verdict.waitingFor}`, verdict.problems ?? []);
  });
  return live;
}

/**
 * Asks again and again until the answer is "ready". An API server that stops answering is waited for too.
 * @throws NotReadyError after `seconds`, or when the run was cancelled
 */
async function poll(
  seconds: number,
  options: Pick<AwaitOptions, "signal" | "report">,
  tooLate: string,
  ask: (waited: number) => Promise<Verdict>,
): Promise<void> {
  const began = Date.now();
  let verdict: Verdict = waiting("the first answer");
  for (let pause = 100; ; pause = Math.min(pause * 1.5, 1000)) {
    const waited = Date.now() - began;
    try {
      verdict = await ask(waited);
    } catch (error) {
      if (options.signal.aborted) throw cancelled();
      if (!(error instanceof UnreachableError)) throw error;
      verdict = waiting("the API server to answer", [error.reason]);
    }
    if (verdict.ready) return options.report("");
    if (waited >= seconds * 1000) {
      throw new NotReadyError(`${tooLate} (${seconds} s; it waits for ${verdict.waitingFor})`, verdict.problems ?? []);
    }
    options.report(`Waiting for ${verdict.waitingFor}`);
    try {
      await sleep(pause, undefined, { signal: options.signal });
    } catch {
      throw cancelled();
    }
  }

  function cancelled(): NotReadyError {
    return new NotReadyError("the operation was cancelled", verdict.ready ? [] : (verdict.problems ?? []));
  }
}

/** What keeps an object from being ready right now, without waiting; undefined if nothing does. */
export async function problemNow(
  live: KubeObject,
  options: Omit<AwaitOptions, "timeout" | "report">,
): Promise<NotReadyError | undefined> {
  const rule = ruleOf(options.inputs);
  if (rule?.onRead !== true || rule.check === undefined || isAnnotated(options.inputs, SKIP_AWAIT)) return undefined;
  const verdict = await rule.check(live, { ...options, waited: Infinity });
  if (verdict.ready) return undefined;
  return new NotReadyError(
    `Resource '${nameOf(live)}' was created but failed to initialize: it waits for ${verdict.waitingFor}`,
    verdict.problems ?? [],
  );
}

/**
 * Waits until an object that was deleted is gone.
 * @throws NotReadyError when it takes too long or the run was cancelled
 */
export async function awaitDeleted(object: KubeObject, options: AwaitOptions): Promise<void> {
  if (isAnnotated(options.inputs, SKIP_AWAIT) && ruleOf(options.inputs)?.skipDelete === true) return;
  const uid = text(object, "metadata", "uid");
  const tooLate = `'${nameOf(object)}' timed out waiting to be deleted`;
  await poll(timeoutOf(options.inputs, options.timeout), options, tooLate, async () => {
    try {
      const live = await options.cluster.get(object, options.signal);
      // Somebody else has made a new object of that name: the old one is gone.
      if (uid !== "" && text(live, "metadata", "uid") !== uid) return READY;
      const finalizers = list(live, "metadata", "finalizers").map(String).join(", ");
      return waiting("deletion", finalizers === "" ? [] : [`finalizers: ${finalizers}`]);
    } catch (error) {
      if (error instanceof NoSuchKindError || (error instanceof ApiError && error.notFound)) return READY;
      throw error;
    }
  });
}

function ruleOf(object: KubeObject): Rule | undefined {
  const { group, kind } = kindOf(object);
  return isBuiltIn(group) ? RULES[`${group}/${kind}`] : undefined;
}
