/** Which objects of the cluster are the stack's own work, where its state does not say so. */
import { partOf } from "../../../components/builders/labels";
import { UserError } from "../../../shared/process";
import { getObject, getObjects, type ObjectReference } from "../kubectl";
import type { Stack } from "../pulumi";
import { isRelease } from "./mend";
import type { PendingOperation, Resource } from "./state";

export interface Live extends ObjectReference {
  metadata: ObjectReference["metadata"] & {
    labels?: Record<string, string>;
    managedFields?: { manager?: string }[];
    deletionTimestamp?: string;
  };
  data?: Record<string, string>;
}

type Described = { metadata?: Partial<Live["metadata"]> };

/** Whether an object is of the stack's making: Pulumi's plugin made it, and it or its namespace has the platform's label. Pure. */
export function isOwn(live: Described | undefined, namespace: Described | undefined): boolean {
  const madeByPulumi = (live?.metadata?.managedFields ?? []).some(({ manager }) => manager?.startsWith("pulumi-kubernetes"));
  return madeByPulumi && [live, namespace].some((object) => object?.metadata?.labels?.["app.kubernetes.io/part-of"] === partOf);
}

function referenceOf({ inputs }: Resource): ObjectReference {
  const { apiVersion = "", kind = "", metadata } = (inputs ?? {}) as Partial<ObjectReference>;
  return { apiVersion, kind, metadata: { name: metadata?.name ?? "", namespace: metadata?.namespace } };
}

const identity = ({ apiVersion, kind, metadata }: ObjectReference) =>
  [apiVersion, kind, metadata.namespace ?? "", metadata.name].join(" ");

/** Those of the creations, but for releases, whose objects the cluster has and that are the stack's own, with the objects. What is being deleted does not count. */
export function whatIsThere(stack: Stack, creations: readonly PendingOperation[]): { creation: PendingOperation; live: Live }[] {
  const objects = creations.filter(({ resource }) => !isRelease(resource));
  const references = objects.map(({ resource }) => referenceOf(resource));
  const names = [...new Set(references.flatMap(({ metadata }) => metadata.namespace ?? []))];
  const namespaces = names.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }));
  const found = new Map(all(stack, [...references, ...namespaces]).map((object) => [identity(object), object]));
  return objects.flatMap((creation, index) => {
    const reference = references[index]!;
    const live = found.get(identity(reference));
    const { namespace } = reference.metadata;
    const place = namespace && found.get(identity({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }));
    return live && !live.metadata.deletionTimestamp && isOwn(live, place || undefined) ? [{ creation, live }] : [];
  });
}

/** In one question, or, where the cluster does not know one of the kinds, one by one. */
function all(stack: Stack, references: readonly ObjectReference[]): Live[] {
  try {
    return getObjects<Live>(stack, references);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return references.flatMap((reference) => getObject<Live>(stack, reference) ?? []);
  }
}
