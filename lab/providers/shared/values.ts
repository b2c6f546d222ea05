/**
 * Property values as the engine sends them to a provider: JSON, in which objects with a fixed signature stand for secrets
 * and one fixed string stands for what is not known before the update.
 * Source of both: sdk/go/common/resource/sig/sig.go and sdk/go/common/resource/plugin/rpc.go of pulumi/pulumi.
 */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value that is not known before the update has run. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A value that is encrypted in the state and hidden in output. */
export class Secret {
  constructor(readonly value: PropertyValue) {}
}

/** Assets, archives and references to resources stay the signed objects that they are. */
export type PropertyValue = null | boolean | number | string | typeof UNKNOWN | Secret | PropertyValue[] | PropertyMap;

export interface PropertyMap {
  [key: string]: PropertyValue;
}

export function isMap(value: unknown): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

export function decode(wire: unknown): PropertyValue {
  if (wire === UNKNOWN_STRING) return UNKNOWN;
  if (Array.isArray(wire)) return wire.map(decode);
  if (!isMap(wire)) return (wire ?? null) as PropertyValue;
  if (wire[SIGNATURE] === SECRET_SIGNATURE) return new Secret(decode(wire.value));
  return mapValues(wire, decode);
}

export function encode(value: PropertyValue): PropertyValue {
  if (value === UNKNOWN) return UNKNOWN_STRING;
  if (value instanceof Secret) return { [SIGNATURE]: SECRET_SIGNATURE, value: encode(value.value) };
  if (Array.isArray(value)) return value.map(encode);
  return isMap(value) ? mapValues(value, encode) : value;
}

/** The same value without the marks of secrecy; unknowns stay. */
export function reveal(value: PropertyValue): PropertyValue {
  if (value instanceof Secret) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  return isMap(value) ? mapValues(value, reveal) : value;
}

export function revealMap(value: PropertyMap): PropertyMap {
  return mapValues(value, reveal);
}

export function hasUnknown(value: PropertyValue): boolean {
  if (value instanceof Secret) return hasUnknown(value.value);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isMap(value) ? Object.values(value).some(hasUnknown) : value === UNKNOWN;
}

function mapValues(map: PropertyMap, change: (value: PropertyValue) => PropertyValue): PropertyMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
