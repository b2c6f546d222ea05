/** What creating, updating and deleting have in common. */
import type { ApplyContext } from "../apply";
import type { AwaitOptions } from "../await";
import { toState, type Checkpoint } from "../checkpoint";
import { messageOf, NotReadyError, PartialError, UnreachableError } from "../errors";
import { fieldManagerOf } from "../field-managers";
import { idOf, kindOf, kindOfToken, text, type KubeObject } from "../objects";
import type { Provider } from "../provider";
import { writeManifest } from "../render";
import { hasUnknown, type PropertyMap } from "../values";

export interface WriteRequest {
  urn: string;
  news: PropertyMap;
  /** Seconds from customTimeouts, 0 for none. */
  timeout: number;
  preview: boolean;
}
export interface WriteResult {
  id: string;
  state: PropertyMap;
}

/** Whether the kind of an object, or else of its resource type, lives in a namespace; custom resources that nobody
 * knows are taken to, as most do. */
export async function isNamespaced(provider: Provider, object: KubeObject, type: string): Promise<boolean> {
  const kind = text(object, "kind") === "" ? kindOfToken(type) : kindOf(object);
  if (provider.rendering) return (await provider.cluster.namespacedOffline(kind)) ?? true;
  return (await provider.cluster.namespaced(kind)) ?? true;
}

export function rendered(provider: Provider, request: WriteRequest, inputs: KubeObject): WriteResult {
  if (hasUnknown(inputs)) throw new Error(`${request.urn} has values that are not known, so it cannot be rendered`);
  const path = writeManifest(inputs, provider.config.renderYamlToDirectory);
  provider.engine.status(`rendered ${path}`, request.urn);
  const checkpoint = {
    inputs,
    live: inputs,
    initialApiVersion: text(inputs, "apiVersion"),
    fieldManager: fieldManagerOf(inputs, ""),
  };
  return { id: idOf(inputs), state: toState(checkpoint, request.news) };
}

export async function mustAnswer(provider: Provider): Promise<void> {
  const reason = await provider.unreachable();
  if (reason !== undefined) throw new UnreachableError(reason);
}

export function applyContext(provider: Provider, request: WriteRequest, fieldManager: string): ApplyContext {
  return {
    cluster: provider.cluster,
    preview: request.preview,
    signal: provider.signal,
    fieldManager,
    alwaysForce: provider.config.enablePatchForce,
    report: (message) => provider.engine.status(message, request.urn),
  };
}

export function awaitOptions(provider: Provider, request: WriteRequest, inputs: KubeObject, update: boolean): AwaitOptions {
  let last = "";
  return {
    cluster: provider.cluster,
    inputs,
    timeout: request.timeout,
    update,
    signal: provider.signal,
    report: (message) => {
      if (message !== last) provider.engine.status(message, request.urn);
      last = message;
    },
  };
}

export async function lastSeen(provider: Provider, live: KubeObject): Promise<KubeObject> {
  try {
    return await provider.cluster.get(live);
  } catch {
    return live;
  }
}

export function partial(
  checkpoint: Checkpoint,
  secretsFrom: PropertyMap,
  error: unknown,
  describe: (reason: string) => string,
): PartialError {
  const problems = error instanceof NotReadyError ? error.problems : [];
  const message = describe(messageOf(error));
  return new PartialError(message, idOf(checkpoint.live), toState(checkpoint, secretsFrom), [message, ...problems]);
}
