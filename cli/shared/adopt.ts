/**
 * What is in the cluster and not in the stack's state, because the answer to a creation was lost or an older state came back:
 * taken into the state where it is the stack's own work, so that nobody has to delete it by hand.
 */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { partOf } from "../../components/kubernetes/labels";
import { say, step } from "../../lab/shared/progress";
import { getObject } from "./kubectl";
import type { Stack } from "./pulumi";
import { takeUp, type PendingOperation } from "./recover";

interface Live {
  metadata?: { labels?: Record<string, string>; managedFields?: { manager?: string }[] };
}

/** Creations that failed because the object is there already. Pure. */
export function inTheWay(events: readonly EngineEvent[]): PendingOperation[] {
  const words = (urn: string) =>
    events.flatMap(({ diagnosticEvent: event }) => (event?.urn === urn && event.severity === "error" ? [event.message] : []));
  return events.flatMap(({ resOpFailedEvent: event }): PendingOperation[] => {
    const { urn = "", type = "", op, new: resource } = event?.metadata ?? {};
    if (op !== "create" || !resource || !words(urn).some((message) => /\balready exists\b/.test(message))) return [];
    const { parent, provider, inputs } = resource;
    return [
      { type: "creating", resource: { urn, type, custom: true, parent, provider, inputs } as PendingOperation["resource"] },
    ];
  });
}

/** Whether an object is of the stack's making: Pulumi's plugin made it, and it or its namespace has the platform's label. Pure. */
export function isOwn(live: Live | undefined, namespace: Live | undefined): boolean {
  const madeByPulumi = (live?.metadata?.managedFields ?? []).some(({ manager }) => manager?.startsWith("pulumi-kubernetes"));
  return madeByPulumi && [live, namespace].some((object) => object?.metadata?.labels?.["app.kubernetes.io/part-of"] === partOf);
}

/** Takes into the state what stood in the way of a failed deployment and is the stack's own. @returns whether there was any */
export async function adopt(stack: Stack, events: readonly EngineEvent[]): Promise<boolean> {
  const own = inTheWay(events).filter(({ resource: { inputs = {} } }) => {
    const { apiVersion = "", kind = "", metadata = {} } = inputs;
    const { name = "", namespace } = metadata;
    const live = getObject<Live>(stack, { apiVersion, kind, metadata: { name, namespace } });
    const place = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace ?? "" } };
    return isOwn(live, namespace ? getObject<Live>(stack, place) : undefined);
  });
  if (own.length === 0) return false;
  say(`  the cluster has ${own.length} ${own.length === 1 ? "object" : "objects"} of this stack that its state does not know`);
  await step("taking them up", () => takeUp(stack, own));
  return true;
}
