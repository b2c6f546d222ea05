/** Kubernetes quantities (`500m`, `1Gi`, `1e3`), which the API server rewrites to a canonical form. */
import { parseQuantity } from "../../../components/kubernetes/quantity";

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

const parse = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? parseQuantity(String(value).trim()) : undefined;

/** Whether two leaves at `path` of a built-in kind are the same quantity in two spellings. */
export function sameQuantity(path: readonly (string | number)[], left: unknown, right: unknown): boolean {
  if (!path.slice(-2).some((step) => typeof step === "string" && HOLDERS.has(step))) return false;
  const [a, b] = [parse(left), parse(right)];
  return a !== undefined && a === b;
}
