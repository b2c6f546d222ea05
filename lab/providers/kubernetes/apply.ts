/** Creating, changing and deleting objects in a cluster. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster";
import { ApiError, NoSuchKindError, NotReadyError } from "./errors";
import { CREATOR, emptied, keepIgnored, mayForce, takeOver } from "./field-managers";
import { annotation, isCrd, text, withMetadata, type KubeObject } from "./objects";

/** Pauses between attempts at creating what needs a namespace or a kind that is still on its way, in milliseconds. */
const RETRIES = [250, 500, 1000, 2000, 4000, 8000, 16000];

export interface ApplyContext {
  cluster: Cluster;
  preview: boolean;
  signal: AbortSignal;
  /** Name under which the object's fields are applied. */
  fieldManager: string;
  alwaysForce: boolean;
  report: (status: string) => void;
}

/**
 * Creates an object, waiting a while for its namespace and its kind: charts and programs do not always say what comes
 * first. With `upsert`, an object that is there already is taken over.
 * @throws ApiError, NoSuchKindError
 */
export async function createObject(object: KubeObject, upsert: boolean, context: ApplyContext): Promise<KubeObject> {
  const { cluster, preview, signal, fieldManager } = context;
  for (let attempt = 0; ; attempt++) {
    try {
      if (upsert)
        return await cluster.apply(object, {
          dryRun: preview,
          fieldManager,
          signal,
          force: preview || context.alwaysForce,
        });
      return await cluster.create(object, { dryRun: preview, fieldManager: CREATOR, signal });
    } catch (error) {
      const pause = RETRIES[attempt];
      const missing = error instanceof NoSuchKindError || (error instanceof ApiError && error.notFound);
      if (preview || !missing || pause === undefined) throw explained(error, fieldManager);
      context.report(`Retry #${attempt + 1}; creation failed: ${error.message}`);
      cluster.forgetKinds();
      try {
        await sleep(pause, undefined, { signal });
      } catch {
        throw new NotReadyError("the operation was cancelled", []);
      }
    }
  }
}

/**
 * Brings a live object to its inputs by server-side apply. A CustomResourceDefinition is replaced as a whole, so that
 * what its schema no longer has is gone.
 * @param ignored the paths of the resource's ignoreChanges
 */
export async function updateObject(
  inputs: KubeObject,
  ignored: (string | number)[][],
  context: ApplyContext,
): Promise<KubeObject> {
  const { cluster, preview, signal, fieldManager } = context;
  let live = await cluster.get(inputs, signal);
  if (isCrd(inputs)) {
    const version = text(live, "metadata", "resourceVersion");
    const replaced = withMetadata(inputs, "resourceVersion", version);
    return cluster.replace(replaced, { dryRun: preview, fieldManager, signal });
  }
  if (!preview) {
    const patch = takeOver(live, fieldManager);
    if (patch !== undefined) live = await cluster.patch(live, patch, signal);
  }
  const wanted = keepIgnored(inputs, live, ignored, fieldManager);
  const force = mayForce(inputs, live, context.alwaysForce, preview);
  try {
    return await cluster.apply(wanted, { dryRun: preview, fieldManager, signal, force });
  } catch (error) {
    throw explained(error, fieldManager);
  }
}

/** Gives up all fields that `manager` owns in an object. */
export async function relinquish(object: KubeObject, manager: string, context: ApplyContext): Promise<void> {
  await context.cluster.apply(emptied(object), {
    dryRun: false,
    fieldManager: manager,
    signal: context.signal,
    force: true,
  });
}

/** @returns false if there was nothing to delete any more */
export async function deleteObject(
  object: KubeObject,
  inputs: KubeObject,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await cluster.delete(object, propagationPolicy(inputs), signal);
    return true;
  } catch (error) {
    if (error instanceof NoSuchKindError || (error instanceof ApiError && error.notFound)) return false;
    throw error;
  }
}

/** Whether what an object made goes first (Foreground), after it, or stays. */
export function propagationPolicy(inputs: KubeObject): string {
  switch (annotation(inputs, "pulumi.com/deletionPropagationPolicy").toLowerCase()) {
    case "orphan":
      return "Orphan";
    case "background":
      return "Background";
    default:
      return "Foreground";
  }
}

/** Adds to the API server's words what the person can do. */
function explained(error: unknown, manager: string): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.reason === "AlreadyExists") {
    return new ApiError(
      error.status,
      error.reason,
      `${error.message}\n\nThe resource already exists in the cluster. This can happen when:\n\n` +
        "  - a Pulumi resource was renamed: give it an alias, or deleteBeforeReplace if it is replaced;\n" +
        "  - somebody else made the object: bring it into the stack with `pulumi import`;\n" +
        "  - it is to be taken over on purpose: set upsertExistingObjects on the provider.",
      error.details,
    );
  }
  if (error.reason === "Conflict") {
    return new ApiError(
      error.status,
      error.reason,
      `server-side apply field conflict detected: somebody else set fields that this program sets too. ` +
        `Leave them out, or set the annotation pulumi.com/patchForce: "true" to overwrite them.\n` +
        `The resource managed by field manager "${manager}" had an apply conflict: ${error.message}`,
      error.details,
    );
  }
  return error;
}
