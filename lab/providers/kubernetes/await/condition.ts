/** What the readiness checks of this folder have in common. */
import type { Cluster } from "../cluster";
import { list, text, type GroupVersionKind, type KubeObject } from "../objects";
import { isMap, type PropertyMap, type PropertyValue } from "../values";

/** Ready; not yet, with what is waited for and what is wrong so far; or never going to be. */
export type Verdict = { ready: true } | { ready: false; waitingFor: string; problems?: string[]; failed?: boolean };

export const READY: Verdict = { ready: true };

export function waiting(waitingFor: string, problems: string[] = []): Verdict {
  return { ready: false, waitingFor, problems };
}

export interface CheckContext {
  cluster: Pick<Cluster, "get" | "list">;
  /** The await follows an update, not a creation. */
  update: boolean;
  /** Milliseconds since the await began. */
  waited: number;
  signal: AbortSignal;
}

/** Looks at a live object, and at what belongs to it. */
export type Check = (live: KubeObject, context: CheckContext) => Verdict | Promise<Verdict>;

/** The entry of `status.conditions` of a type. */
export function conditionOf(object: KubeObject, type: string): PropertyMap | undefined {
  return list(object, "status", "conditions")
    .filter(isMap)
    .find((entry) => text(entry, "type") === type);
}

export function isTrue(object: KubeObject, type: string): boolean {
  return text(conditionOf(object, type), "status") === "True";
}

/** A label selector object as the text that a request takes: `a=b,c in (d,e),!f`. */
export function selectorText(selector: PropertyValue | undefined): string {
  if (!isMap(selector)) return "";
  const labels = isMap(selector.matchLabels) ? Object.entries(selector.matchLabels) : [];
  const terms = labels.map(([key, value]) => `${key}=${String(value)}`);
  for (const expression of list(selector, "matchExpressions")) {
    const key = text(expression, "key");
    const values = list(expression, "values").map(String).join(",");
    const operator = text(expression, "operator");
    if (operator === "Exists") terms.push(key);
    else if (operator === "DoesNotExist") terms.push(`!${key}`);
    else terms.push(`${key} ${operator === "In" ? "in" : "notin"} (${values})`);
  }
  return terms.join(",");
}

export function core(kind: string): GroupVersionKind {
  return { group: "", version: "v1", kind };
}
