/** Classes that the objects of a deployment name, those of charts too, beside the classes that the cluster has. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { UserError, which } from "../../../shared/process";
import { say } from "../../../shared/progress";
import { changesOf, type Declared } from "../losses/changes";
import type { Stack } from "../pulumi";
import { listAll } from "./ask";
import type { Found } from "./types";

interface Wanted {
  kind: string;
  /** Absent: the cluster's default. */
  name?: string;
  /** The object that names it, as `PersistentVolumeClaim notes/data`. */
  by: string;
}

const KINDS = ["StorageClass", "PriorityClass", "RuntimeClass", "IngressClass"];

/** Classes that every cluster has. */
const BUILT_IN = new Set(["system-cluster-critical", "system-node-critical"]);

type Fields = Record<string, unknown>;

function claimClass(spec: Fields | undefined, by: string): Wanted[] {
  // An empty name asks for a volume that is there already; so does the name of one.
  if (spec?.storageClassName === "" || spec?.volumeName !== undefined) return [];
  const name = spec?.storageClassName;
  return [{ kind: "StorageClass", by, ...(typeof name === "string" && { name }) }];
}

function wantedBy({ kind, metadata, spec = {} }: Declared): Wanted[] {
  const by = `${kind} ${metadata.namespace === undefined ? "" : `${metadata.namespace}/`}${metadata.name}`;
  const named = (what: string, name: unknown): Wanted[] =>
    typeof name === "string" && name !== "" ? [{ kind: what, name, by }] : [];
  const { template, jobTemplate } = spec as {
    template?: { spec?: Fields };
    jobTemplate?: { spec?: { template?: { spec?: Fields } } };
  };
  const pod = kind === "Pod" ? spec : (jobTemplate?.spec?.template?.spec ?? template?.spec ?? {});
  const templates = kind === "StatefulSet" ? ((spec.volumeClaimTemplates ?? []) as { spec?: Fields }[]) : [];
  return [
    ...(kind === "PersistentVolumeClaim" ? claimClass(spec, by) : []),
    ...templates.flatMap((one) => claimClass(one.spec, by)),
    ...(kind === "Ingress" ? named("IngressClass", spec.ingressClassName) : []),
    ...named("PriorityClass", pod.priorityClassName),
    ...named("RuntimeClass", pod.runtimeClassName),
  ];
}

const isDefault = ({ metadata: { annotations = {} } }: Found) =>
  ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"].some(
    (note) => annotations[note] === "true",
  );

/** What of the classes that new and changed objects name is missing, as sentences. Pure. */
export function missingClasses(objects: readonly Declared[], there: readonly Found[]): string[] {
  const made = objects.filter(({ kind }) => KINDS.includes(kind));
  const has = ({ kind, name }: Wanted) =>
    name === undefined
      ? [...there, ...made].some((one) => one.kind === kind && isDefault(one))
      : BUILT_IN.has(name) || [...there, ...made].some((one) => one.kind === kind && one.metadata.name === name);
  const missing = objects.flatMap(wantedBy).filter((wanted) => !has(wanted));
  const names = [...new Set(missing.map(({ kind, name }) => `${kind} ${name ?? ""}`))];
  return names.map((one) => {
    const of = missing.filter(({ kind, name }) => `${kind} ${name ?? ""}` === one);
    const { kind, name } = of[0]!;
    const known = there.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
    const who = [...new Set(of.map(({ by }) => by))].join(", ");
    const others = `The cluster has ${known.join(", ") || "none"}`;
    return name === undefined
      ? `${who}: names no storage class, and the cluster has no default one. ${others}: set one in the values (often persistence.storageClass)`
      : `${who}: names the ${kind} ${name}, which is missing. ${others}: set one in the values, or make it`;
  });
}

/** Warns about missing ones, before anything is changed. @param events those of a preview */
export function warnAboutClasses(stack: Stack, events: readonly EngineEvent[]): void {
  const objects = changesOf(events).flatMap(({ what, now }) => (what === "gone" || now === undefined ? [] : [now]));
  if (!stack.cluster.exists || !objects.some((object) => wantedBy(object).length > 0)) return;
  if (!which("kubectl", stack.env.PATH)) return;
  try {
    const missing = missingClasses(
      objects,
      listAll<Found>(stack, ["storageclasses,priorityclasses,runtimeclasses,ingressclasses"]),
    );
    if (missing.length > 0) say(`Warnings about what this stack refers to:\n${missing.map((one) => `  ${one}`).join("\n")}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(`  ${error.message}`);
  }
}
