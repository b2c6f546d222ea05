/** Delete: an object and, unless told otherwise, all that it made. */
import { deleteObject } from "../apply";
import { awaitDeleted } from "../await";
import { fromState } from "../checkpoint";
import { NotReadyError } from "../errors";
import { isCrd, parseId, withMetadata } from "../objects";
import type { Provider } from "../provider";
import { removeManifest } from "../render";
import type { PropertyMap } from "../values";
import { awaitOptions, lastSeen, partial } from "./shared";

export interface DeleteRequest {
  urn: string;
  id: string;
  olds: PropertyMap;
  timeout: number;
}

export async function remove(provider: Provider, request: DeleteRequest): Promise<void> {
  const checkpoint = fromState(request.olds);
  const { inputs, live } = checkpoint;
  const target = withMetadata(live, "name", parseId(request.id).name);
  if (provider.rendering) return removeManifest(target, provider.config.renderYamlToDirectory);
  const reason = await provider.unreachable();
  if (reason !== undefined) {
    if (provider.config.deleteUnreachable) {
      return provider.engine.warn(`the cluster is unreachable (${reason}); forgetting the resource`, request.urn);
    }
    throw new Error(
      `configured Kubernetes cluster is unreachable: ${reason}. If the cluster was deleted, you can remove this ` +
        "resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment " +
        'variable set to "true"',
    );
  }
  const { cluster, signal } = provider;
  if (!(await deleteObject(target, inputs, cluster, signal))) return;
  const write = { urn: request.urn, news: {}, timeout: request.timeout, preview: false };
  try {
    await awaitDeleted(target, awaitOptions(provider, write, inputs, false));
  } catch (error) {
    if (!(error instanceof NotReadyError)) throw error;
    checkpoint.live = await lastSeen(provider, live);
    throw partial(checkpoint, request.olds, error, (problem) => problem);
  }
  if (isCrd(live)) cluster.unlearnKinds();
}
