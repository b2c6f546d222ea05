import { Secret } from "@pulumi/policy";
import { isRecord } from "../../kubernetes/objects/field";

/**
 * Only remediation sees which values are secret: they come wrapped, and must go back wrapped. Rules read a copy
 * without wrappers; what they changed is then put into the original.
 */
export function unwrapped(value: unknown): unknown {
  if (value instanceof Secret) return unwrapped(value.value);
  if (Array.isArray(value)) return value.map(unwrapped);
  return isRecord(value) && isPlain(value) ? mapped(value, unwrapped) : value;
}

/** The original with the changes that were made to its unwrapped copy; what was secret stays so. */
export function rewrapped(changed: unknown, copy: unknown, original: unknown): unknown {
  if (changed === copy) return original;
  if (original instanceof Secret) return new Secret(rewrapped(changed, copy, original.value));
  if (Array.isArray(changed) && Array.isArray(copy) && Array.isArray(original)) {
    return changed.map((item, index) => rewrapped(item, copy[index], original[index]));
  }
  if (!isRecord(changed) || !isRecord(copy) || !isRecord(original)) return changed;
  return mapped(changed, (value, key) => rewrapped(value, copy[key], original[key]));
}

function mapped(record: Record<string, unknown>, change: (value: unknown, key: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

/** Assets and archives are objects of classes, and pass as they are. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
