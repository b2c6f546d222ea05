/** Create: a new object, or in a preview what the API server would make of it. */
import { createObject } from "../apply";
import { awaitReady } from "../await";
import { toState, type Checkpoint } from "../checkpoint";
import { ApiError, messageOf, NoSuchKindError } from "../errors";
import { fieldManagerOf } from "../field-managers";
import { toDashes } from "../normalize";
import { idOf, isCrd, kindOf, text, type KubeObject } from "../objects";
import type { Provider } from "../provider";
import { hasUnknown, revealMap } from "../values";
import {
  applyContext,
  awaitOptions,
  lastSeen,
  mustAnswer,
  partial,
  rendered,
  type WriteRequest,
  type WriteResult,
} from "./shared";

export async function create(provider: Provider, request: WriteRequest): Promise<WriteResult> {
  const { news, preview, urn } = request;
  const inputs = toDashes(revealMap(news));
  const asGiven: WriteResult = { id: "", state: news };
  if (provider.rendering) return preview ? asGiven : rendered(provider, request, inputs);
  if (preview && (hasUnknown(inputs) || !(await provider.cluster.knows(kindOf(inputs))))) return asGiven;
  await mustAnswer(provider);

  const fieldManager = fieldManagerOf(inputs, "");
  const context = applyContext(provider, request, fieldManager);
  let live: KubeObject;
  try {
    live = await createObject(inputs, provider.config.upsertExistingObjects, context);
  } catch (error) {
    // What cannot be tried out is previewed as declared: a namespace to come, a name that a replacement frees first.
    if (preview && error instanceof ApiError && isNoVerdict(error)) return asGiven;
    throw notCreated(error, urn, inputs);
  }
  const checkpoint: Checkpoint = { inputs, live, initialApiVersion: text(inputs, "apiVersion"), fieldManager };
  if (preview) {
    const { status: _, ...withoutStatus } = live;
    return { id: "", state: toState({ ...checkpoint, live: withoutStatus }, news) };
  }
  try {
    checkpoint.live = await awaitReady(live, awaitOptions(provider, request, inputs, false));
  } catch (error) {
    checkpoint.live = await lastSeen(provider, live);
    throw partial(
      checkpoint,
      news,
      error,
      (reason) =>
        `resource "${urn}" was successfully created, but the Kubernetes API server reported that it failed to fully ` +
        `initialize or become live: ${reason}`,
    );
  }
  if (isCrd(inputs)) provider.cluster.learnKinds(checkpoint.live);
  return { id: idOf(checkpoint.live), state: toState(checkpoint, news) };
}

function isNoVerdict(error: ApiError): boolean {
  return (
    error.namespaceNotFound ||
    error.status === 403 ||
    error.reason === "AlreadyExists" ||
    (error.status === 400 && error.message.includes("does not support dry run"))
  );
}

function notCreated(error: unknown, urn: string, inputs: KubeObject): Error {
  if (error instanceof NoSuchKindError) {
    return new Error(
      `creation of resource "${urn}" with kind ${text(inputs, "apiVersion")}/${text(inputs, "kind")} failed because ` +
        "the Kubernetes API server reported that the apiVersion for this resource does not exist. " +
        `Verify that any required CRDs have been created: ${error.message}`,
    );
  }
  return new Error(`resource "${urn}" was not successfully created by the Kubernetes API server: ${messageOf(error)}`);
}
