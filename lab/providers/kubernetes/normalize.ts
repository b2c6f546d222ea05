/** Brings objects into the shape in which the API server keeps them, so that equal things compare equal. */
import { at, isCrd, isSecret, withoutMetadata, type KubeObject } from "./objects";
import { isMap, UNKNOWN, type PropertyMap, type PropertyValue } from "./values";

/** Members of metadata that only the API server writes. */
const READ_ONLY = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/**
 * - a Secret's `stringData` becomes base64 `data` (stringData wins over data, as on the server);
 * - a CustomResourceDefinition loses `status` and a false `preserveUnknownFields`, which the server drops;
 * - null members mean "not given"; read-only metadata goes.
 */
export function normalize(object: KubeObject): KubeObject {
  let result = withoutMetadata(withoutNulls(object) as KubeObject, ...READ_ONLY);
  if (isSecret(result)) result = foldStringData(result);
  if (isCrd(result)) result = normalizeCrd(result);
  return result;
}

function withoutNulls(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const result: PropertyMap = {};
  for (const [key, member] of Object.entries(value)) if (member !== null) result[key] = withoutNulls(member);
  return result;
}

/** Source: SetDefaults and conversion of core/v1 Secret in kubernetes/pkg/apis/core/v1/conversion.go. */
export function foldStringData(secret: KubeObject): KubeObject {
  const { stringData, ...rest } = secret;
  if (isMap(stringData) && Object.keys(stringData).length > 0 && (rest.data === undefined || isMap(rest.data))) {
    const data: PropertyMap = { ...(isMap(rest.data) ? rest.data : {}) };
    for (const [key, value] of Object.entries(stringData)) {
      data[key] = typeof value === "string" ? Buffer.from(value, "utf8").toString("base64") : value;
    }
    return { ...rest, data };
  }
  if (stringData === UNKNOWN) return secret;
  if (!isMap(rest.data)) return stringData === undefined ? secret : rest;
  const data: PropertyMap = {};
  for (const [key, value] of Object.entries(rest.data)) data[key] = recode(value);
  return { ...rest, data };
}

/** The server decodes and encodes data again, which takes line breaks out; what is not base64 it will refuse itself. */
function recode(value: PropertyValue): PropertyValue {
  if (typeof value !== "string") return value;
  const bare = value.replace(/[\r\n]/g, "");
  const again = Buffer.from(bare, "base64").toString("base64");
  return again === bare ? again : value;
}

function normalizeCrd(crd: KubeObject): KubeObject {
  const { status: _, ...rest } = crd;
  if (at(rest, "spec", "preserveUnknownFields") !== false || !isMap(rest.spec)) return rest;
  const { preserveUnknownFields: __, ...spec } = rest.spec;
  return { ...rest, spec };
}

/** The part of `live` that `shape` speaks of: what the server added is left out, lists are cut to the shape's length. */
export function prune(live: PropertyMap, shape: PropertyMap): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, value] of Object.entries(live)) {
    const wanted = shape[key];
    if (wanted !== undefined) result[key] = pruneValue(value, wanted);
  }
  return result;
}

function pruneValue(live: PropertyValue, shape: PropertyValue): PropertyValue {
  if (isMap(live) && isMap(shape)) return prune(live, shape);
  if (Array.isArray(live) && Array.isArray(shape)) {
    if (shape.length > 0 && live.length > 0 && isMap(shape[0]) !== isMap(live[0])) return live;
    return live.slice(0, shape.length).map((value, index) => pruneValue(value, shape[index] ?? null));
  }
  return live;
}

/** False, zero, "" and empty lists and objects: what the server leaves out of built-in objects. */
export function isEmpty(value: PropertyValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.values(value).every(isEmpty);
  return value === false || value === 0 || value === "" || value === null;
}

/**
 * `pruned`, a live object in the shape of `declared`, with the empty values that the program declared and the server
 * left out, or filled in where "" leaves the choice to it (a Service's clusterIP): neither is drift.
 */
export function withDeclaredEmpties(pruned: PropertyMap, declared: PropertyMap): PropertyMap {
  const result = { ...pruned };
  for (const [key, value] of Object.entries(declared)) {
    const held = result[key];
    if (held === undefined ? isEmpty(value) : key === "clusterIP" && value === "") result[key] = value;
    else if (held !== undefined) result[key] = both(held, value);
  }
  return result;

  function both(held: PropertyValue, value: PropertyValue): PropertyValue {
    if (isMap(held) && isMap(value)) return withDeclaredEmpties(held, value);
    if (!Array.isArray(held) || !Array.isArray(value)) return held;
    return held.map((part, index) => both(part, value[index] ?? null));
  }
}

/** The schema keywords of a CustomResourceDefinition that the SDKs write with underscores. */
const DASHED: Record<string, string> = {
  x_kubernetes_embedded_resource: "x-kubernetes-embedded-resource",
  x_kubernetes_int_or_string: "x-kubernetes-int-or-string",
  x_kubernetes_list_map_keys: "x-kubernetes-list-map-keys",
  x_kubernetes_list_type: "x-kubernetes-list-type",
  x_kubernetes_map_type: "x-kubernetes-map-type",
  x_kubernetes_preserve_unknown_fields: "x-kubernetes-preserve-unknown-fields",
  x_kubernetes_validations: "x-kubernetes-validations",
};
const UNDERSCORED = Object.fromEntries(Object.entries(DASHED).map(([from, to]) => [to, from]));

export function toDashes(object: KubeObject): KubeObject {
  return rename(object, DASHED) as KubeObject;
}

export function toUnderscores(object: KubeObject): KubeObject {
  return rename(object, UNDERSCORED) as KubeObject;
}

function rename(value: PropertyValue, names: Record<string, string>): PropertyValue {
  if (Array.isArray(value)) return value.map((part) => rename(part, names));
  if (!isMap(value)) return value;
  const result: PropertyMap = {};
  for (const [key, member] of Object.entries(value)) result[names[key] ?? key] = rename(member, names);
  return result;
}
