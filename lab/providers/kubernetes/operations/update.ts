/** Update: an object brought to its new inputs, or in a preview what the API server would make of it. */
import { relinquish, updateObject } from "../apply";
import { awaitReady } from "../await";
import { fromState, toState, type Checkpoint } from "../checkpoint";
import { parsePath } from "../diff";
import { ApiError, messageOf, NoSuchKindError, UnreachableError } from "../errors";
import { fieldManagerOf } from "../field-managers";
import { normalize, toDashes } from "../normalize";
import { idOf, isCrd, kindOf, nameOf, withMetadata } from "../objects";
import type { Provider } from "../provider";
import { hasUnknown, revealMap, type PropertyMap } from "../values";
import { applyContext, awaitOptions, mustAnswer, partial, rendered, type WriteRequest } from "./shared";

export interface UpdateRequest extends WriteRequest {
  olds: PropertyMap;
  ignoreChanges: string[];
}

export async function update(provider: Provider, request: UpdateRequest): Promise<PropertyMap> {
  const { news, preview, urn } = request;
  const inputs = normalize(toDashes(revealMap(news)));
  if (provider.rendering) return preview ? news : rendered(provider, request, inputs).state;
  if (preview && (hasUnknown(inputs) || !(await provider.cluster.knows(kindOf(inputs))))) return news;
  await mustAnswer(provider);

  const old = fromState(request.olds);
  const fieldManager = fieldManagerOf(inputs, old.fieldManager);
  const context = applyContext(provider, request, fieldManager);
  const target = withMetadata(inputs, "name", nameOf(old.live));
  const checkpoint: Checkpoint = { inputs, live: old.live, initialApiVersion: old.initialApiVersion, fieldManager };
  try {
    checkpoint.live = await updateObject(target, request.ignoreChanges.map(parsePath), context);
    if (preview) return toState(checkpoint, news);
    checkpoint.live = await awaitReady(checkpoint.live, awaitOptions(provider, request, inputs, true));
  } catch (error) {
    if (preview && error instanceof ApiError && error.status === 403) return news;
    if (error instanceof NoSuchKindError || error instanceof UnreachableError) {
      throw new Error(`update of resource "${urn}" failed: ${error.message}`);
    }
    try {
      checkpoint.live = await provider.cluster.get(old.live);
    } catch (readError) {
      throw new Error(
        `update of resource "${urn}" failed: ${messageOf(error)}\n` + `unable to get cluster state: ${messageOf(readError)}`,
      );
    }
    throw partial(
      checkpoint,
      news,
      error,
      (reason) =>
        `the Kubernetes API server reported that "${idOf(checkpoint.live)}" failed to fully initialize or become ` +
        `live: ${reason}`,
    );
  }
  if (isCrd(inputs)) provider.cluster.learnKinds(checkpoint.live);
  if (old.fieldManager !== "" && old.fieldManager !== fieldManager) {
    await relinquish(checkpoint.live, old.fieldManager, context);
  }
  return toState(checkpoint, news);
}
