/**
 * Property values as Pulumi's plugin protocol carries them in a google.protobuf.Struct: plain JSON, plus secrets
 * (objects signed with a fixed key), unknowns (a fixed string, only in previews) and assets.
 * Source of the signatures: sdk/go/common/resource/properties.go and sdk/nodejs/runtime/rpc.ts of pulumi/pulumi.
 */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e";
const ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17";
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value that is not known before the update has run. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A value that Pulumi must encrypt in the state and hide in its output. */
export class Secret {
  constructor(readonly value: PropertyValue) {}
}

/** Text or a file that the program handed over; `path` is relative to the program's folder. */
export class Asset {
  constructor(readonly source: { path?: string; text?: string; uri?: string }) {}
}

export type PropertyValue = null | boolean | number | string | typeof UNKNOWN | Secret | Asset | PropertyValue[] | PropertyMap;
export interface PropertyMap {
  [key: string]: PropertyValue;
}

/** True for JSON objects: not for null, lists, secrets or assets. */
export function isMap(value: unknown): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Asset)
  );
}

/** From the protocol's JSON form. */
export function decode(wire: unknown): PropertyValue {
  if (wire === UNKNOWN_STRING) return UNKNOWN;
  if (wire === null || wire === undefined) return null;
  if (typeof wire === "boolean" || typeof wire === "number" || typeof wire === "string") return wire;
  if (Array.isArray(wire)) return wire.map(decode);
  const object = wire as Record<string, unknown>;
  switch (object[SIGNATURE]) {
    case SECRET_SIGNATURE:
      return new Secret(decode(object.value));
    case OUTPUT_SIGNATURE: {
      const value = "value" in object ? decode(object.value) : UNKNOWN;
      return object.secret === true ? new Secret(value) : value;
    }
    case ASSET_SIGNATURE:
      return new Asset({
        path: textOf(object.path),
        text: textOf(object.text),
        uri: textOf(object.uri),
      });
    case RESOURCE_SIGNATURE:
      return textOf(object.id) ?? textOf(object.urn) ?? null;
    case undefined:
      return mapValues(object, decode);
    default:
      throw new Error("an archive was passed to a Kubernetes resource, which has no property that takes one");
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** To the protocol's JSON form; null members are kept, undefined ones dropped. */
export function encode(value: PropertyValue): unknown {
  if (value === UNKNOWN) return UNKNOWN_STRING;
  if (value instanceof Secret) return { [SIGNATURE]: SECRET_SIGNATURE, value: encode(value.value) };
  if (value instanceof Asset) return { [SIGNATURE]: ASSET_SIGNATURE, ...value.source };
  if (Array.isArray(value)) return value.map(encode);
  if (isMap(value)) {
    const result: Record<string, unknown> = {};
    for (const [key, member] of Object.entries(value)) if (member !== undefined) result[key] = encode(member);
    return result;
  }
  return value;
}

/** A reference to a registered resource, as a component hands its children to the program. */
export function resourceReference(urn: string, id: string, packageVersion: string): unknown {
  return { [SIGNATURE]: RESOURCE_SIGNATURE, urn, id, packageVersion };
}

/** The same tree without the secret envelopes; unknowns stay. A copy: callers may change it. */
export function reveal(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  if (isMap(value)) return mapValues(value, reveal);
  return value;
}

export function revealMap(value: PropertyMap): PropertyMap {
  return mapValues(value, reveal);
}

export function hasUnknown(value: PropertyValue): boolean {
  return some(value, (part) => part === UNKNOWN);
}

export function hasSecret(value: PropertyValue): boolean {
  return some(value, (part) => part instanceof Secret);
}

function some(value: PropertyValue, test: (part: PropertyValue) => boolean): boolean {
  if (test(value)) return true;
  if (value instanceof Secret) return some(value.value, test);
  if (Array.isArray(value)) return value.some((part) => some(part, test));
  return isMap(value) && Object.values(value).some((part) => some(part, test));
}

/**
 * Marks in `target` what was secret in `source` (the inputs it came from). Members of objects are followed one by one;
 * a list that held a secret anywhere is secret as a whole, because its order may not be kept. What a Secret object
 * carries is always secret.
 */
export function markSecrets(target: PropertyMap, source: PropertyMap): PropertyMap {
  if (target.kind === "Secret") {
    const result = { ...target };
    for (const key of ["data", "stringData"]) {
      const held = result[key];
      if (held !== undefined && !(held instanceof Secret)) result[key] = new Secret(held);
    }
    return result;
  }
  const result = { ...target };
  for (const [key, from] of Object.entries(source)) {
    const to = result[key];
    if (to === undefined) continue;
    if (isMap(to) && isMap(from)) result[key] = markSecrets(to, from);
    else if (!(to instanceof Secret) && hasSecret(from)) result[key] = new Secret(to);
  }
  return result;
}

function mapValues<From>(source: Record<string, From>, change: (value: From) => PropertyValue): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, value] of Object.entries(source)) result[key] = change(value);
  return result;
}

/** Structural equality; unknowns equal nothing. */
export function equal(left: PropertyValue, right: PropertyValue): boolean {
  if (left === UNKNOWN || right === UNKNOWN) return false;
  if (left === right) return true;
  if (left instanceof Secret) return equal(left.value, right);
  if (right instanceof Secret) return equal(left, right.value);
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((part, index) => equal(part, right[index] ?? null));
  }
  if (isMap(left) && isMap(right)) {
    const keys = Object.keys(left);
    return keys.length === Object.keys(right).length && keys.every((key) => key in right && equal(left[key], right[key]));
  }
  return false;
}
