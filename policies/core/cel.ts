/** Pieces of CEL that several rules are made of. */
import type { CelVariable } from "./policy";

/** The pod that an object makes, whatever its kind (see workload.ts). */
const POD: CelVariable = {
  name: "pod",
  expression:
    "object.kind == 'Pod' ? object.?spec.orValue({}) : " +
    "object.kind == 'PodTemplate' ? object.?template.?spec.orValue({}) : " +
    "object.kind == 'CronJob' ? object.?spec.?jobTemplate.?spec.?template.?spec.orValue({}) : " +
    "object.?spec.?template.?spec.orValue({})",
};

const LISTS = ["initContainers", "containers", "ephemeralContainers"];

/** `variables.pod`, and `variables.containers` of every role. */
export const POD_VARIABLES: readonly CelVariable[] = [
  POD,
  { name: "containers", expression: LISTS.map((list) => `variables.pod.?${list}.orValue([])`).join(" + ") },
];

/** A text or a list of texts as CEL writes it. */
export function literal(value: string | readonly string[]): string {
  return JSON.stringify(value);
}

/** A regular expression as CEL writes it; must hold no single quote. */
export function regex(pattern: string): string {
  return `r'${pattern}'`;
}

/** A number that CEL takes for a fraction. */
export function double(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

export function all(...conditions: readonly string[]): string {
  return conditions.map((condition) => `(${condition})`).join(" && ");
}

export function any(...conditions: readonly string[]): string {
  return conditions.map((condition) => `(${condition})`).join(" || ");
}

/** Gives a value a name for one expression: CEL as Kubernetes has it knows no other way. */
export function bind(name: string, value: string, body: string): string {
  return `[${value}].map(${name}, ${body})[0]`;
}
