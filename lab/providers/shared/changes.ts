/** What differs between two sets of properties, down to the single value, as `pulumi preview` shows it. */
import { isMap, Secret, type PropertyMap, type PropertyValue } from "./values";

export interface Change {
  /** Property path, such as `triggers[0]` or `environment["a.b"]`. */
  path: string;
  kind: "add" | "delete" | "update";
  /** The resource has to be made anew. */
  replace?: boolean;
}

/** Becoming secret or public counts as a change; a value that is not known yet differs from every other. */
export function changesBetween(before: PropertyMap, after: PropertyMap): Change[] {
  return compareMaps("", before, after);
}

export function sameValue(before: PropertyValue, after: PropertyValue): boolean {
  return compare("", before, after).length === 0;
}

function compare(path: string, before: PropertyValue | undefined, after: PropertyValue | undefined): Change[] {
  if (before === undefined) return after === undefined ? [] : [{ path, kind: "add" }];
  if (after === undefined) return [{ path, kind: "delete" }];
  if (isMap(before) && isMap(after)) return compareMaps(path, before, after);
  if (Array.isArray(before) && Array.isArray(after)) {
    const indexes = [...Array(Math.max(before.length, after.length)).keys()];
    return indexes.flatMap((index) => compare(`${path}[${index}]`, before[index], after[index]));
  }
  if (before instanceof Secret && after instanceof Secret) {
    return sameValue(before.value, after.value) ? [] : [{ path, kind: "update" }];
  }
  return before === after ? [] : [{ path, kind: "update" }];
}

function compareMaps(path: string, before: PropertyMap, after: PropertyMap): Change[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => compare(step(path, key), before[key], after[key]));
}

function step(path: string, key: string): string {
  if (/[."[\]]/.test(key)) return `${path}["${key.replaceAll('"', '\\"')}"]`;
  return path === "" ? key : `${path}.${key}`;
}
