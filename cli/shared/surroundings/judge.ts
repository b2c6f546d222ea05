/** What a stack refers to, beside what there is. Pure. */
import { copySecret, type Reference } from "../../../components/services/reference";
import type { Finding, Found, Surroundings } from "./types";

const isIt =
  ({ kind, name, namespace }: Reference) =>
  (one: Found) =>
    one.kind === kind && one.metadata.name === name && (namespace === undefined || one.metadata.namespace === namespace);

const shownName = ({ name, namespace }: Pick<Reference, "name" | "namespace">) =>
  namespace === undefined ? name : `${namespace}/${name}`;

/** What is missing, or is not as it has to be, each with the command that makes it. @param kubectl as in referencesOf */
export function judgeReferences(surroundings: Surroundings, kubectl: string): Finding[] {
  return together(surroundings.references.flatMap((reference) => judge(reference, surroundings, kubectl)));
}

/** Of the same kind with the same thing to say, in one sentence: definitions come by the dozen. */
function together(findings: readonly Finding[]): Finding[] {
  const isAlike = (a: Finding, b: Finding) => a.verdict === b.verdict && a.kind === b.kind && a.what === b.what;
  return findings.flatMap((finding, i) => {
    if (findings.findIndex((one) => isAlike(one, finding)) < i) return [];
    const objects = findings.filter((one) => isAlike(one, finding)).map(({ object }) => object);
    return [{ ...finding, object: objects.join(", ") }];
  });
}

function judge(reference: Reference, surroundings: Surroundings, kubectl: string): Finding[] {
  const { kind, name, namespace, key, otherwise } = reference;
  const object = surroundings.found.find(isIt(reference));
  const finding = (verdict: Finding["verdict"], what: string, remedy = reference.remedy): Finding[] => {
    const consequence = otherwise === undefined ? "" : `; ${otherwise}`;
    return [{ verdict, kind, object: shownName(reference), what: `${what} (${key})${consequence}. ${remedy}` }];
  };
  const serious = otherwise === undefined ? "refused" : "warning";
  if (object !== undefined) {
    const lacking = lacks(reference, object);
    if (lacking !== undefined) return finding(serious, lacking);
    const waiting = waits(reference, object);
    return waiting === undefined ? [] : finding("warning", waiting);
  }
  if (kind === "Namespace" && surroundings.own.includes(name)) return [];
  const remedy = remedyOf(reference, surroundings, kubectl);
  if (namespace === undefined || !isToCome(namespace, surroundings)) return finding(serious, "is missing", remedy);
  return finding("later", `is to be made once this deployment has made the namespace ${namespace}`, remedy);
}

/** Whether a namespace is one that the stack makes, and has not made yet. */
function isToCome(name: string, { own, found }: Surroundings): boolean {
  return own.includes(name) && !found.some(({ kind, metadata }) => kind === "Namespace" && metadata.name === name);
}

function lacks({ holds = [] }: Reference, { data = {} }: Found): string | undefined {
  const lacking = holds.filter((key) => !data[key]);
  if (lacking.length === 0) return undefined;
  return `has no ${lacking.join(" and no ")}, but ${Object.keys(data).join(", ") || "nothing at all"}`;
}

function waits({ ready }: Reference, { status }: Found): string | undefined {
  const condition = status?.conditions?.find(({ type }) => type === "Ready");
  if (!ready || condition?.status === "True") return undefined;
  return `is not ready${condition?.message === undefined ? "" : `: ${condition.message}`}`;
}

/** A Secret that another namespace has is copied from there. */
function remedyOf({ kind, name, namespace, remedy }: Reference, { elsewhere }: Surroundings, kubectl: string): string {
  const same = elsewhere.find(({ metadata }) => metadata.name === name && metadata.namespace !== namespace);
  if (kind !== "Secret" || same?.metadata.namespace === undefined || namespace === undefined) return remedy;
  return copySecret(name, same.metadata.namespace, namespace, kubectl);
}

/** `Secret registry/homelab-tls is missing (...)` */
export const sentence = ({ kind, object, what }: Finding): string => `${kind} ${object} ${what}`;
