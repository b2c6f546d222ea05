/** Read: what has become of an object (refresh), or an object that the stack does not know yet (import, get). */
import { problemNow } from "../await";
import { fromState, toState, type Checkpoint } from "../checkpoint";
import { ApiError, NoSuchKindError, PartialError } from "../errors";
import { fieldManagerOf } from "../field-managers";
import { normalize, prune, toDashes, toUnderscores, withDeclaredEmpties } from "../normalize";
import { apiVersionOf, idOf, kindOfToken, parseId, text, at, withMetadata, type KubeObject } from "../objects";
import { refuseForeignTypes, type Provider } from "../provider";
import { isMap, markSecrets, revealMap, type PropertyMap } from "../values";

export interface ReadRequest {
  urn: string;
  type: string;
  id: string;
  state: PropertyMap;
  inputs: PropertyMap;
}
export interface ReadResult {
  id: string;
  state: PropertyMap;
  inputs: PropertyMap;
}

/** @returns undefined if there is no such object */
export async function read(provider: Provider, request: ReadRequest): Promise<ReadResult | undefined> {
  refuseForeignTypes(request.type);
  const asBefore: ReadResult = { id: request.id, state: request.state, inputs: request.inputs };
  if (provider.rendering) return asBefore;
  const reason = await provider.unreachable();
  if (reason !== undefined) {
    provider.engine.warn(`configured Kubernetes cluster is unreachable: ${reason}`, request.urn);
    if (provider.config.deleteUnreachable) return undefined;
    if (provider.config.skipUpdateUnreachable) return asBefore;
    throw new Error(
      "failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this " +
        "resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment " +
        'variable set to "true"',
    );
  }

  const old = fromState(request.state);
  const given = normalize(toDashes(revealMap(request.inputs)));
  const first = text(given, "kind") === "" && text(old.live, "kind") === "";
  const reference = referenceOf(request, given, old.live);
  let live: KubeObject;
  try {
    live = await provider.cluster.get(reference, provider.signal);
  } catch (error) {
    if (error instanceof NoSuchKindError || (error instanceof ApiError && error.notFound)) return undefined;
    throw error;
  }
  const inputs = first ? importedInputs(live) : withDeclaredEmpties(prune(live, given), given);
  const checkpoint: Checkpoint = {
    inputs,
    live,
    initialApiVersion: old.initialApiVersion || text(live, "apiVersion"),
    fieldManager: fieldManagerOf(reference, old.fieldManager),
  };
  const result = {
    id: request.id,
    state: toState(checkpoint, request.inputs),
    inputs: markSecrets(toUnderscores(inputs), request.inputs),
  };
  const { cluster, signal } = provider;
  const problem = first ? undefined : await problemNow(live, { cluster, inputs: given, update: true, signal });
  if (problem === undefined) return result;
  throw new PartialError(problem.message, idOf(live), result.state, [problem.message, ...problem.problems], result.inputs);
}

/** Kind, name and namespace of the object to read: from what is known of it, else from its type and id. */
function referenceOf(request: ReadRequest, inputs: KubeObject, live: KubeObject): KubeObject {
  const { namespace, name } = parseId(request.id);
  if (name === "") throw new Error(`"${request.id}" is not the id of a Kubernetes object; expected [namespace/]name`);
  const known = text(inputs, "kind") === "" ? live : inputs;
  const type = kindOfToken(request.type);
  const reference: KubeObject = {
    apiVersion: text(known, "apiVersion") || apiVersionOf(type),
    kind: text(known, "kind") || type.kind,
    metadata: { name },
  };
  const annotations = at(inputs, "metadata", "annotations");
  const place = namespace || text(known, "metadata", "namespace");
  const placed = place === "" ? reference : withMetadata(reference, "namespace", place);
  return isMap(annotations) ? withMetadata(placed, "annotations", annotations) : placed;
}

/** All that a program could have declared: the live object without its status and what controllers wrote. */
export function importedInputs(live: KubeObject): KubeObject {
  const { status: _, ...declared } = normalize(live);
  const annotations = at(declared, "metadata", "annotations");
  if (!isMap(annotations)) return declared;
  const {
    "deployment.kubernetes.io/revision": __,
    "kubectl.kubernetes.io/last-applied-configuration": ___,
    ...kept
  } = annotations;
  if (Object.keys(kept).length > 0) return withMetadata(declared, "annotations", kept);
  const { annotations: ____, ...metadata } = declared.metadata as PropertyMap;
  return { ...declared, metadata };
}
