import type { AppConfig } from "./types";
import { nameOf, podTemplateOf, type KubeObject, type Texts } from "./adapt/objects";

/* Apps that share a namespace: what one brings must not be the other's object, and must not act on the other's pods. */

/** What is looked at of an object; charts render some without it. */
type Seen = Pick<KubeObject, "kind" | "metadata"> & Partial<KubeObject>;

export interface Household {
  app: string;
  namespace: string;
  objects: readonly Seen[];
}

/** The apps of one preview, as they come to be known. */
export class Neighbours {
  private readonly known: Household[] = [];

  /** What is wrong between an app and those that came before it. */
  join(newcomer: Household): string[] {
    const problems = this.known.flatMap((other) => neighbourProblems(newcomer, other));
    this.known.push(newcomer);
    return problems;
  }
}

/** What an app brings beside its chart. */
export function ownObjects({
  secrets,
  route,
  database,
  name,
}: Pick<AppConfig, "secrets" | "route" | "database" | "name">): Seen[] {
  const one = (kind: string, objectName: string): Seen => ({ kind, metadata: { name: objectName } });
  return [
    ...secrets.filter(({ madeBy }) => madeBy === undefined).map((secret) => one("Secret", secret.name)),
    ...(route === undefined ? [] : [one("Secret", `${name}-tls`)]),
    ...(database === undefined ? [] : [one("PersistentVolumeClaim", database.claim)]),
  ];
}

/** What keeps two apps from sharing a namespace; seen from the first of the two. Pure. */
export function neighbourProblems(newcomer: Household, other: Household): string[] {
  const { namespace } = newcomer;
  const inside = (household: Household) =>
    household.objects.filter(
      ({ metadata }) => metadata?.name !== undefined && (metadata.namespace ?? household.namespace) === namespace,
    );
  const [ours, theirs] = [inside(newcomer), inside(other)];
  const taken = new Set(theirs.map(identity));
  const same = ours.filter((object) => taken.has(identity(object)));
  if (same.length > 0) {
    return same.map(
      (object) =>
        `${named(object)} is in the app ${other.app} too, which shares the namespace ${namespace}: give one of the two another name in its ` +
        "values (often fullnameOverride)",
    );
  }
  return [...reaches(ours, theirs, other.app), ...reaches(theirs, ours, newcomer.app, ` of the app ${other.app}`)];
}

/** The group counts and its version does not. */
function identity({ apiVersion = "v1", kind, metadata }: Seen): string {
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0]! : "";
  return `${group}/${kind}/${metadata.name}`;
}

function named(object: Seen): string {
  return nameOf(object as KubeObject);
}

/** What selects pods of another app, which would get its requests, or be bound by its rules. */
function reaches(selecting: Seen[], selected: Seen[], app: string, owner = ""): string[] {
  const pods = selected.flatMap((object) => {
    const labels = podTemplateOf(object as KubeObject)?.metadata?.labels;
    return labels === undefined ? [] : [{ object, labels }];
  });
  return selecting.flatMap((object) => {
    const selector = selectorOf(object);
    const found = selector && pods.find(({ labels }) => Object.entries(selector).every(([key, value]) => labels[key] === value));
    if (!found) return [];
    return [
      `${named(object)}${owner} selects the pods of ${named(found.object)} of the app ${app} too, because they share the namespace: give one of ` +
        "the two other labels in its values (often nameOverride), or a namespace of its own",
    ];
  });
}

/** The labels by which an object chooses pods; undefined where it chooses none, or not by labels alone. */
function selectorOf({ kind, spec }: Seen): Texts | undefined {
  if (kind === "Service") return notEmpty(spec?.selector);
  const selector = (kind === "NetworkPolicy" ? spec?.podSelector : spec?.selector) as
    { matchLabels?: Texts; matchExpressions?: unknown[] } | undefined;
  if (selector === undefined || (selector.matchExpressions ?? []).length > 0) return undefined;
  // To these two, no label means every pod of the namespace.
  if (kind === "NetworkPolicy" || kind === "PodDisruptionBudget") return selector.matchLabels ?? {};
  return ["DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"].includes(kind) ? notEmpty(selector.matchLabels) : undefined;
}

function notEmpty(labels: Texts | undefined): Texts | undefined {
  return labels === undefined || Object.keys(labels).length === 0 ? undefined : labels;
}
