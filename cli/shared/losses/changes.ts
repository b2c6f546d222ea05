/** What a preview says will happen to the objects of a stack, as far as data can hang on it. Pure. */
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";
import { appOf, parents } from "../../engine/events";

/** An object of Kubernetes as the program declares it, what is not known yet left out. */
export interface Declared {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  spec?: Record<string, unknown>;
}

export interface Change {
  urn: string;
  /** `gone`: nothing of that name is declared any more. `replaced`: deleted and made anew. */
  what: "new" | "gone" | "replaced" | "changed";
  /** As it was declared; of a new one as it is declared now. */
  object: Declared;
  /** As it is declared now; absent of what is gone. */
  now?: Declared;
  /** Whether the engine (or helm) leaves the object in the cluster where it would delete it. */
  retained: boolean;
  /** The app it belongs to, and whether that app stays. */
  app?: string;
  appStays: boolean;
}

const OPERATIONS: Record<string, Change["what"]> = {
  create: "new",
  delete: "gone",
  "delete-replaced": "gone",
  // The first word of a replacement, and the last one of a preview that fails at it.
  "create-replacement": "replaced",
  replace: "replaced",
  update: "changed",
};

/** What an object that helm installs is registered as; helm keeps what is annotated so. */
const RELEASED = "homelab:apps:ReleasedObject";
const KEEP = { annotation: "helm.sh/resource-policy", value: "keep" };

function declaredIn(inputs: unknown): Declared | undefined {
  const { apiVersion, kind, metadata } = (inputs ?? {}) as Partial<Declared>;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string"
    ? (inputs as Declared)
    : undefined;
}

/** A resource is told of in several steps; the one that says most of it counts. */
const RANK = ["update", "create", "delete-replaced", "delete", "create-replacement", "replace"];

function stepsByResource(events: readonly EngineEvent[]): StepEventMetadata[] {
  const found = new Map<string, StepEventMetadata>();
  for (const { resourcePreEvent } of events) {
    const step = resourcePreEvent?.metadata;
    if (step === undefined || OPERATIONS[step.op] === undefined) continue;
    const known = found.get(step.urn);
    if (known === undefined || RANK.indexOf(step.op) > RANK.indexOf(known.op)) found.set(step.urn, step);
  }
  return [...found.values()];
}

/** What a run leaves there; a refresh says nothing of it. */
const STAYING = new Set(["same", "update", "create", "replace", "create-replacement", "import", "import-replacement"]);

/** URNs that are there after the run. */
function staying(events: readonly EngineEvent[]): Set<string> {
  const steps = events.flatMap(({ resourcePreEvent: event }) => (event ? [event.metadata] : []));
  return new Set(steps.filter(({ op }) => STAYING.has(op)).map(({ urn }) => urn));
}

export function changesOf(events: readonly EngineEvent[]): Change[] {
  const parentOf = parents(events);
  const stay = staying(events);
  const apps = new Set([...stay].map((urn) => appOf(urn, parentOf)).filter((app) => app !== undefined));
  return stepsByResource(events).flatMap((step): Change[] => {
    const what = OPERATIONS[step.op]!;
    if (!step.type.startsWith("kubernetes:") && step.type !== RELEASED) return [];
    const [old, now] = [declaredIn(step.old?.inputs), declaredIn(step.new?.inputs)];
    const object = old ?? now;
    if (object === undefined) return [];
    const { retainOnDelete = false } = (step.old ?? {}) as { retainOnDelete?: boolean };
    const kept = step.type === RELEASED && object.metadata.annotations?.[KEEP.annotation] === KEEP.value;
    const app = appOf(step.urn, parentOf);
    return [
      {
        urn: step.urn,
        what,
        object,
        ...(what !== "gone" && now && { now }),
        retained: retainOnDelete || kept,
        ...(app !== undefined && { app }),
        appStays: app !== undefined && apps.has(app),
      },
    ];
  });
}
