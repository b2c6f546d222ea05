/** Whether an object of the cluster is the stack's own work, where its state does not say so. */
import { partOf } from "../../../components/kubernetes/labels";
import { getObject } from "../kubectl";
import type { Stack } from "../pulumi";
import type { Resource } from "./state";

interface Live {
  metadata?: { labels?: Record<string, string>; managedFields?: { manager?: string }[] };
}

/** Whether an object is of the stack's making: Pulumi's plugin made it, and it or its namespace has the platform's label. Pure. */
export function isOwn(live: Live | undefined, namespace: Live | undefined): boolean {
  const madeByPulumi = (live?.metadata?.managedFields ?? []).some(({ manager }) => manager?.startsWith("pulumi-kubernetes"));
  return madeByPulumi && [live, namespace].some((object) => object?.metadata?.labels?.["app.kubernetes.io/part-of"] === partOf);
}

/** Whether the cluster has what a resource declares, made by this stack. */
export function isThere(stack: Stack, { inputs }: Resource): boolean {
  const {
    apiVersion = "",
    kind = "",
    metadata = {},
  } = (inputs ?? {}) as {
    apiVersion?: string;
    kind?: string;
    metadata?: { name?: string; namespace?: string };
  };
  const { name = "", namespace } = metadata;
  const live = getObject<Live>(stack, { apiVersion, kind, metadata: { name, namespace } });
  const place = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace ?? "" } };
  return live !== undefined && isOwn(live, namespace ? getObject<Live>(stack, place) : undefined);
}
