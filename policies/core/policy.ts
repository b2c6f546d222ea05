import { type Finding, attempt } from "../../kubernetes/objects/finding";
import type { Inventory } from "./inventory";
import type { ObjectView } from "./object";
import type { ParamTable } from "./schema";

export type Severity = "low" | "medium" | "high" | "critical";

/** `mandatory` stops a deployment, `advisory` only speaks. */
export type Level = "advisory" | "mandatory";

/** Kinds a rule looks at; `*` stands for all. `versions` are for the admission policy; the checks themselves take any version. */
export interface Match {
  group: string;
  versions: readonly string[];
  kinds: readonly string[];
}

/** A finding of a check across objects, at one of them. */
export interface CrossFinding extends Finding {
  object: ObjectView;
  /** It is about all objects together; `object` is then only the place where a carrier without such a place puts it. */
  whole?: boolean;
}

/** The findings of a part of a check across objects, at one of them; what is not known there is said there. */
export function* at(object: ObjectView, part: () => Iterable<Finding>): Iterable<CrossFinding> {
  for (const found of attempt(part)) yield { ...found, object };
}

/** `at` for each of several objects. */
export function* atEach(objects: Iterable<ObjectView>, part: (object: ObjectView) => Iterable<Finding>): Iterable<CrossFinding> {
  for (const object of objects) yield* at(object, () => part(object));
}

/**
 * How the API server can enforce the rule: expressions in CEL, made from the same parameters, that refuse an object exactly
 * when `check` finds something mandatory in it. `object` is the object; `variables` by their names.
 */
export interface CelRendering<P extends object> {
  /** What the API server shows to the policy; `match` where nothing is said. */
  match?: readonly Match[];
  variables?(params: P): CelVariable[];
  validations(params: P): { expression: string; message: string }[];
  /** What admission does not see of the rule, for its description. */
  beyond?: string;
  /** Workloads of `apps` that must not be scaled beyond one pod where `single` is true of them. */
  scaling?: { kinds: readonly string[]; single: string; message: string };
}

export interface CelVariable {
  name: string;
  expression: string;
}

/** Why CEL cannot carry the rule, and which native object comes nearest. */
export interface NotExpressible {
  notExpressible: string;
  native?: "ResourceQuota" | "LimitRange" | "PodSecurity" | "NetworkPolicy";
}

export interface Example {
  /** Completes "allows ..." or "refuses ...". */
  title: string;
  /** One or more YAML documents, judged together. */
  yaml: string;
  params?: Record<string, unknown>;
}

export interface BadExample extends Example {
  /** Part of the message of each finding, in order; no more and no fewer findings come. */
  finds: string[];
}

/** One rule: what it is, why, and everything its carriers (CrossGuard, admission, files, reports, docs) need. */
export interface Policy<P extends object = object> {
  /** Kebab-case, unique; the name under which the configuration speaks of it. */
  id: string;
  title: string;
  rationale: string;
  severity: Severity;
  level: Level;
  remediation: string;
  tags: readonly string[];
  /** The same demand elsewhere, and linters that demand the contrary. */
  anchors?: { controls?: readonly string[]; contraries?: readonly string[] };
  match: readonly Match[];
  params: ParamTable<P>;
  /** Judges one object by itself. Pure. */
  check?(this: void, view: ObjectView, params: P): Iterable<Finding>;
  /** Judges what only several objects together show. Pure; the inventory is built once for all rules. */
  crossCheck?(this: void, inventory: Inventory, params: P): Iterable<CrossFinding>;
  /** A copy that `check` accepts, where that is safe; undefined when there is nothing to mend. Idempotent. */
  fix?(this: void, view: ObjectView, params: P): Record<string, unknown> | undefined;
  admission: CelRendering<P> | NotExpressible;
  good: readonly Example[];
  bad: readonly BadExample[];
}

/** Only gives the compiler the parameters' type; a rule is plain data. */
export function definePolicy<P extends object>(policy: Policy<P>): Policy<P> {
  return policy;
}

const TYPES = new WeakMap<object, Set<string>>();

/** Whether a rule looks at objects of a type (`group/Kind`). */
export function matches(policy: Pick<Policy, "match">, type: string): boolean {
  let types = TYPES.get(policy);
  if (!types) {
    types = new Set(policy.match.flatMap(({ group, kinds }) => kinds.map((kind) => `${group}/${kind}`)));
    TYPES.set(policy, types);
  }
  return types.has(type) || types.has("*/*");
}
