/** Diff: what an update would change, and whether it has to replace the object. */
import { jobVerdict } from "../await/workloads";
import { fromState } from "../checkpoint";
import { changesOf, withoutIgnored, type Change } from "../diff";
import { ApiError } from "../errors";
import { isBuiltIn } from "../kinds";
import { isAutonamed, isNamed } from "../naming";
import { normalize, prune, toDashes } from "../normalize";
import { at, isAnnotated, kindOf, nameOf, namespaceOf, text, withMetadata, withoutMetadata, type KubeObject } from "../objects";
import type { Provider } from "../provider";
import { replacingPaths } from "../replacement";
import { revealMap, type PropertyMap } from "../values";
import { isNamespaced } from "./shared";

export interface DiffRequest {
  urn: string;
  type: string;
  olds: PropertyMap;
  news: PropertyMap;
  ignoreChanges: string[];
}
export interface DiffResult {
  changes: Change[];
  /** Replace although no property says so, with the reason. */
  replaceBecause: string[];
  deleteBeforeReplace: boolean;
  /** Update although nothing changed: every manifest is to be written. */
  always: boolean;
}

export async function diff(provider: Provider, request: DiffRequest): Promise<DiffResult> {
  const { inputs, live } = fromState(request.olds);
  let newInputs = normalize(toDashes(revealMap(request.news)));
  const oldInputs = normalize(inputs);
  let pruned = normalize(prune(live, oldInputs));
  if (await isNamespaced(provider, newInputs, request.type)) {
    pruned = withNamespace(pruned);
    newInputs = withNamespace(newInputs);
  } else {
    pruned = withoutMetadata(pruned, "namespace");
    newInputs = withoutMetadata(newInputs, "namespace");
  }
  if (nameOf(newInputs) !== "") pruned = withMetadata(pruned, "name", nameOf(live));
  if (pruned.kind === undefined) pruned = { ...pruned, apiVersion: newInputs.apiVersion ?? "", kind: newInputs.kind ?? "" };

  const { config } = provider;
  const replacing = replacingPaths(newInputs, {
    secrets: config.enableSecretMutable,
    configMaps: config.enableConfigMapMutable,
  });
  const builtIn = isBuiltIn(kindOf(newInputs).group);
  const found = changesOf({ live: pruned, oldInputs, newInputs, replacing, builtIn });
  const changes = withoutIgnored(found, request.ignoreChanges);
  const replaceBecause: string[] = [];
  if (isAnnotated(newInputs, "pulumi.com/replaceUnready") && (await isUnreadyJob(provider, live))) {
    replaceBecause.push('.metadata.annotations["pulumi.com/replaceUnready"]');
  }
  const replaced = replaceBecause.length > 0 || changes.some(({ replace }) => replace);
  const sameIdentity =
    isNamed(newInputs) &&
    !isAutonamed(newInputs) &&
    nameOf(newInputs) === nameOf(live) &&
    namespaceOf(newInputs) === namespaceOf(pruned);
  return {
    changes,
    replaceBecause,
    deleteBeforeReplace: replaced && sameIdentity,
    always: provider.rendering && config.alwaysRender,
  };
}

function withNamespace(object: KubeObject): KubeObject {
  return at(object, "metadata", "namespace") === undefined ? withMetadata(object, "namespace", "default") : object;
}

async function isUnreadyJob(provider: Provider, live: KubeObject): Promise<boolean> {
  if (text(live, "kind") !== "Job" || !(await provider.answers())) return false;
  try {
    return !jobVerdict(await provider.cluster.get(live, provider.signal)).ready;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
