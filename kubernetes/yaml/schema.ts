import { NOT_RESOLVED, Schema, defineMappingTag, defineScalarTag, defineSequenceTag } from "js-yaml";
import { Float, floatKey, readScalar, type Scalar } from "./scalars";

/*
 * What Kubernetes' reader makes of scalars, lists, maps, merge keys (`<<: *defaults`) and tags. The library's own tags are those
 * of YAML 1.2, and its own merge leaves a key that stands before it.
 */

/** A document that the reader of Kubernetes refuses; the message is for the person who wrote it. */
export class NotReadable extends Error {}

/** A plain `<<`, until it is known whether it stands before a map or is a text like any other. */
const MERGE = Symbol("<<");

/** A map while it is read. A key that came by a merge may be written again. */
interface Building {
  map: Record<string, unknown>;
  merged?: Set<string>;
}

/** The library dumps with the same tags; this schema only reads. */
const identify = () => false;

/** `.inf` and `.nan` are numbers to YAML, and nothing to JSON. */
function inJson<Value extends Scalar | Float>(value: Value): Value {
  if (typeof value === "number" && !Number.isFinite(value)) throw new NotReadable("it holds a number that JSON does not have");
  return value;
}

/** Every plain scalar is classified once, instead of by a tag each for null, booleans and numbers. */
const plain = defineScalarTag("plain", {
  implicit: true,
  identify,
  resolve: (text) => (text === "<<" ? MERGE : inJson(readScalar(text))),
});

const text = defineScalarTag("tag:yaml.org,2002:str", { identify, resolve: (source) => source });

const explicit = (name: string, allowed: (value: Scalar | Float) => boolean) =>
  defineScalarTag(`tag:yaml.org,2002:${name}`, {
    identify,
    resolve: (source) => {
      const value = readScalar(source);
      return allowed(value) ? inJson(value) : NOT_RESOLVED;
    },
  });
const isNumber = (value: Scalar | Float) => typeof value === "number" || typeof value === "bigint" || value instanceof Float;

/** The value of a scalar that is no key. */
export const scalar = (value: unknown) => (value === MERGE ? "<<" : value instanceof Float ? value.value : value);

// With `finalize`, an alias inside of its own anchor is refused by the library.
const list = (name: string, matchByTagPrefix = false) =>
  defineSequenceTag<unknown[]>(name, {
    matchByTagPrefix,
    identify,
    create: () => [],
    addItem: (items, item) => void items.push(scalar(item)),
    finalize: (items) => items,
  });

const map = (name: string, matchByTagPrefix = false) =>
  defineMappingTag<Building, Building["map"]>(name, {
    matchByTagPrefix,
    identify,
    create: () => ({ map: {} }),
    has: ({ map, merged }, key) => Object.hasOwn(map, keyOf(key)) && !merged?.has(keyOf(key)),
    addPair: (building, key, value) => (key === MERGE ? merge(building, value) : add(building, key, scalar(value))),
    // For the library's own merge, which never takes place.
    keys: Object.keys,
    get: (built, key) => built[keyOf(key)],
    finalize: ({ map }) => map,
  });

/** In the order of the map: a merge after a key overrides that key. Of several maps the first counts most. */
function merge(building: Building, value: unknown): string {
  for (const source of Array.isArray(value) ? [...(value as unknown[])].reverse() : [value]) {
    if (typeof source !== "object" || source === null || Array.isArray(source)) return MERGES_NO_MAP;
    for (const [key, child] of Object.entries(source)) {
      if (!Object.hasOwn(building.map, key)) (building.merged ??= new Set()).add(key);
      set(building.map, key, child);
    }
  }
  return "";
}

const MERGES_NO_MAP = "a merge key (<<) stands before something that is no map";

/** What is said of a map in the place of a key, as `{{ .Values.x }}` is to YAML. */
export const NO_KEY = "a map or a list stands where a key has to be";

function add(building: Building, key: unknown, value: unknown): string {
  if (typeof key === "object" && key !== null && !(key instanceof Float)) return NO_KEY;
  building.merged?.delete(keyOf(key));
  set(building.map, keyOf(key), value);
  return "";
}

const keyOf = (key: unknown) => (key instanceof Float ? floatKey(key) : String(key));

function set(map: Building["map"], key: string, value: unknown): void {
  // Not by assignment: it is a key like any other.
  if (key === "__proto__") Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
  else map[key] = value;
}

export const SCHEMA = new Schema([
  plain,
  text,
  list("tag:yaml.org,2002:seq"),
  map("tag:yaml.org,2002:map"),
  // Tags with a meaning; all others (`!Ref`) are taken off, as the reader of Kubernetes does.
  explicit("bool", (value) => typeof value === "boolean"),
  explicit("int", isNumber),
  explicit("float", isNumber),
  explicit("null", (value) => value === null),
  defineScalarTag("", { matchByTagPrefix: true, identify, resolve: (source) => source }),
  list("", true),
  map("", true),
]);
