/** Checks that inputs have the names and types that a resource takes. Values that are not known yet pass. */
import { isMap, reveal, UNKNOWN, type PropertyMap, type PropertyValue } from "./values";

export interface Failure {
  property: string;
  reason: string;
}

const kinds = {
  string: { is: (value: PropertyValue) => typeof value === "string", words: "a string" },
  boolean: { is: (value: PropertyValue) => typeof value === "boolean", words: "true or false" },
  integer: { is: (value: PropertyValue) => Number.isSafeInteger(value), words: "a whole number" },
  strings: { is: (value: PropertyValue) => Array.isArray(value) && value.every(isText), words: "a list of strings" },
  stringMap: {
    is: (value: PropertyValue) => isMap(value) && Object.values(value).every(isText),
    words: "an object whose values are strings",
  },
  list: { is: (value: PropertyValue) => Array.isArray(value), words: "a list" },
};

/** Name of each input and its type; required ones end in `!`. */
export type Shape = Record<string, keyof typeof kinds | `${keyof typeof kinds}!`>;

/** One failure for each input that is missing, is not one of the resource's, or has another type. */
export function checkShape(inputs: PropertyMap, shape: Shape): Failure[] {
  const failures: Failure[] = [];
  for (const [property, type] of Object.entries(shape)) {
    const kind = kinds[type.replace("!", "") as keyof typeof kinds];
    const value = reveal(inputs[property] ?? null);
    if (value === null) {
      if (type.endsWith("!")) failures.push({ property, reason: `is required: give ${kind.words}` });
    } else if (value !== UNKNOWN && !kind.is(value)) {
      failures.push({ property, reason: `must be ${kind.words}` });
    }
  }
  for (const property of Object.keys(inputs)) {
    if (!(property in shape) && !property.startsWith("__")) {
      failures.push({ property, reason: `is not an input; allowed are ${Object.keys(shape).sort().join(", ")}` });
    }
  }
  return failures;
}

function isText(value: PropertyValue): boolean {
  return typeof value === "string" || value === UNKNOWN;
}
