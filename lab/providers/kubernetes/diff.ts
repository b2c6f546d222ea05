/**
 * What changes between an object as it is and as the program now declares it: property paths with the kind of change,
 * as `pulumi preview` shows them.
 */
import { isEmpty } from "./normalize";
import { replaces } from "./replacement";
import { sameQuantity } from "./quantity";
import { equal, isMap, UNKNOWN, type PropertyMap, type PropertyValue } from "./values";

export type ChangeKind = "add" | "delete" | "update";
export interface Change {
  path: (string | number)[];
  kind: ChangeKind;
  /** The object cannot be changed in place. */
  replace: boolean;
}

export interface DiffInput {
  /** The object in the cluster as last seen, pruned to the shape of `oldInputs`. */
  live: PropertyMap;
  oldInputs: PropertyMap;
  newInputs: PropertyMap;
  replacing: string[][];
  /** A kind of Kubernetes' own, where the server drops empty values and rewrites quantities. */
  builtIn: boolean;
}

/** All changes; an empty list if there is nothing to do. */
export function changesOf({ live, oldInputs, newInputs, replacing, builtIn }: DiffInput): Change[] {
  const changes: Change[] = [];
  compareMaps([], live, newInputs, oldInputs);
  return changes;

  function compareMaps(path: (string | number)[], old: PropertyMap, wanted: PropertyMap, declared: PropertyMap): void {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(old)])) {
      compare([...path, key], old[key], wanted[key], declared[key]);
    }
  }

  function compare(
    path: (string | number)[],
    old: PropertyValue | undefined,
    wanted: PropertyValue | undefined,
    declared: PropertyValue | undefined,
  ): void {
    if (wanted === undefined) return old === undefined ? undefined : record(path, "delete", null);
    if (wanted === UNKNOWN) return record(path, old === undefined ? "add" : "update", wanted);
    if (unchangedEmpty(wanted, declared)) return;
    if (old === undefined) return record(path, "add", wanted);
    if (isMap(old) && isMap(wanted)) return compareMaps(path, old, wanted, isMap(declared) ? declared : {});
    if (Array.isArray(old) && Array.isArray(wanted)) {
      for (let i = 0; i < Math.max(old.length, wanted.length); i++) {
        compare([...path, i], old[i], wanted[i], Array.isArray(declared) ? declared[i] : undefined);
      }
      return;
    }
    if (equal(old, wanted) || (builtIn && sameQuantity(path, old, wanted))) return;
    record(path, "update", wanted);
  }

  function record(path: (string | number)[], kind: ChangeKind, value: PropertyValue): void {
    changes.push({ path, kind, replace: replaces(replacing, path, value) });
  }
}

/**
 * False, zero, "" and empty lists and objects vanish from built-in objects on the server: where the program declares
 * the same empty value as before, that it is missing (or defaulted) in the cluster is no change.
 */
function unchangedEmpty(wanted: PropertyValue, declared: PropertyValue | undefined): boolean {
  return declared !== undefined && isEmpty(wanted) && equal(wanted, declared);
}

/** `spec.containers[0].image`; steps with dots or brackets are quoted: `metadata.labels["a.b/c"]`. */
export function pathText(path: readonly (string | number)[]): string {
  let result = "";
  for (const step of path) {
    if (typeof step === "number") result += `[${step}]`;
    else if (/[."[\]]/.test(step)) result += `["${step.replaceAll('"', '\\"')}"]`;
    else result += result === "" ? step : `.${step}`;
  }
  return result;
}

/** The steps of a path as written in `ignoreChanges`; `*` stands for any member. */
export function parsePath(path: string): (string | number)[] {
  const steps: (string | number)[] = [];
  const token = /\.?([^.[\]"]+)|\[(\d+)\]|\[\*\]|\["((?:[^"\\]|\\.)*)"\]/y;
  while (token.lastIndex < path.length) {
    const start = token.lastIndex;
    const match = token.exec(path);
    if (match === null) throw new Error(`"${path}" is not a property path (at character ${start + 1})`);
    if (match[1] !== undefined) steps.push(match[1]);
    else if (match[2] !== undefined) steps.push(Number(match[2]));
    else steps.push(match[3] === undefined ? "*" : match[3].replaceAll('\\"', '"'));
  }
  return steps;
}

/** The changes that no path of `ignoreChanges` covers. */
export function withoutIgnored(changes: Change[], ignored: readonly string[]): Change[] {
  const paths = ignored.map(parsePath);
  return changes.filter(
    ({ path }) =>
      !paths.some(
        (covered) => covered.length <= path.length && covered.every((step, index) => step === "*" || step === path[index]),
      ),
  );
}
