/** Check: the program's inputs in the form in which they are compared, judged by policies and applied. */
import { assignName, type Autonaming } from "../naming";
import { normalize, toDashes } from "../normalize";
import { at, isCrd, text, withMetadata } from "../objects";
import { refuseForeignTypes, type Provider } from "../provider";
import { hasSecret, hasUnknown, markSecrets, revealMap, type PropertyMap } from "../values";
import { isNamespaced } from "./shared";

export interface CheckRequest {
  urn: string;
  type: string;
  name: string;
  olds: PropertyMap;
  news: PropertyMap;
  seed: Uint8Array;
  autonaming: Autonaming;
}

/** The inputs with a name, a namespace and a Secret's data in its one form. */
export async function check(provider: Provider, request: CheckRequest): Promise<PropertyMap> {
  refuseForeignTypes(request.type);
  if (provider.config.skipUpdateUnreachable && (await provider.unreachable()) !== undefined) {
    provider.engine.warn("Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...", request.urn);
    return request.olds;
  }
  await provider.warnIfUnreachable();
  let object = toDashes(revealMap(request.news));
  if (!hasUnknown(object)) object = normalize(object);
  const old = Object.keys(request.olds).length === 0 ? undefined : revealMap(request.olds);
  object = assignName(object, old, request.name, request.seed, request.autonaming);
  if (at(object, "metadata", "namespace") === undefined && (await isNamespaced(provider, object, request.type))) {
    object = withMetadata(object, "namespace", provider.cluster.defaultNamespace);
  }
  if (isCrd(object)) provider.cluster.rememberCrd(object);
  if (provider.rendering && (hasSecret(request.news) || text(object, "kind") === "Secret")) {
    provider.engine.warn("rendered YAML will contain a secret value in plaintext", request.urn);
  }
  return markSecrets(object, request.news);
}
