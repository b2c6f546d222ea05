/** Kubernetes quantities (`500m`, `1Gi`, `1e3`), which the API server rewrites to a canonical form. */

const SUFFIXES: Record<string, number> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/;

/** The members of built-in kinds whose values, or whose members' values, are quantities. */
const HOLDERS = new Set([
  "requests",
  "limits",
  "hard",
  "default",
  "defaultRequest",
  "max",
  "min",
  "maxLimitRequestRatio",
  "capacity",
  "overhead",
  "sizeLimit",
  "divisor",
  "averageValue",
]);

/** The number that a quantity stands for; undefined if it is none. */
export function parseQuantity(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const match = QUANTITY.exec(value.trim());
  if (match === null) return undefined;
  return Number(`${match[1]}${match[2] ?? ""}`) * (SUFFIXES[match[3] ?? ""] ?? NaN);
}

/** Whether two leaves at `path` of a built-in kind are the same quantity in two spellings. */
export function sameQuantity(path: readonly (string | number)[], left: unknown, right: unknown): boolean {
  if (!path.slice(-2).some((step) => typeof step === "string" && HOLDERS.has(step))) return false;
  const [a, b] = [parseQuantity(left), parseQuantity(right)];
  if (a === undefined || b === undefined) return false;
  return Math.abs(a - b) <= Number.EPSILON * 4 * Math.max(Math.abs(a), Math.abs(b));
}
