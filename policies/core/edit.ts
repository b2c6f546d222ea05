import { Field, isRecord } from "../../kubernetes/objects/field";

/**
 * A copy of the object at `root` with new values at some places under it; what lies beside the way to them is shared, not copied. A value
 * of `undefined` removes the key. Undefined when nothing changes.
 */
export function edit(
  root: Field,
  places: readonly Field[],
  change: (value: unknown, place: Field) => unknown,
): Record<string, unknown> | undefined {
  let object = root.value;
  for (const place of places) object = replace(object, place.steps.slice(root.steps.length), (value) => change(value, place));
  return !Object.is(object, root.value) && isRecord(object) ? object : undefined;
}

function replace(node: unknown, steps: readonly (string | number)[], change: (value: unknown) => unknown): unknown {
  if (steps.length === 0) {
    const changed = change(node);
    return same(changed, node) ? node : changed;
  }
  const [step, ...rest] = steps;
  if (typeof step === "number") {
    if (!Array.isArray(node)) return node;
    const items: unknown[] = node;
    const item = replace(items[step], rest, change);
    return Object.is(item, items[step]) ? node : items.map((old, index) => (index === step ? item : old));
  }
  if (step === undefined) return node;
  const record = isRecord(node) ? node : {};
  const old = Object.hasOwn(record, step) ? record[step] : undefined;
  const child = replace(old, rest, change);
  if (Object.is(child, old)) return node;
  const copy = { ...record };
  if (child === undefined) delete copy[step];
  else Object.defineProperty(copy, step, { value: child, enumerable: true, writable: true, configurable: true });
  return copy;
}

function same(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b);
}
