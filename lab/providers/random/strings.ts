/** RandomString and RandomPassword: the same text, public with itself as id, or secret with a bcrypt hash. */
import type { Failure } from "../shared/inputs";
import { UNKNOWN, type PropertyMap } from "../shared/values";
import { numberOf, textOf, type Generator } from "./generated";
import { randomString } from "./randomness";

const MINIMUMS = ["minUpper", "minLower", "minNumeric", "minSpecial"];

const common = {
  inputs: {
    length: "integer!",
    upper: "boolean",
    lower: "boolean",
    numeric: "boolean",
    number: "boolean",
    special: "boolean",
    minUpper: "integer",
    minLower: "integer",
    minNumeric: "integer",
    minSpecial: "integer",
    overrideSpecial: "string",
  },
  defaults: {
    upper: true,
    lower: true,
    special: true,
    minUpper: 0,
    minLower: 0,
    minNumeric: 0,
    minSpecial: 0,
  },
  schemaVersion: 3,
  problems,
} satisfies Partial<Generator>;

export const randomStrings: Generator = {
  ...common,
  outputs: { result: "public" },
  generate(inputs) {
    const result = stringOf(inputs);
    return { id: result, outputs: { result } };
  },
  import: (id) => ({ id, inputs: importedInputs(id), outputs: { result: id } }),
};

export const randomPasswords: Generator = {
  ...common,
  outputs: { result: "secret", bcryptHash: "secret" },
  async generate(inputs) {
    const result = stringOf(inputs);
    return { id: "none", outputs: { result, bcryptHash: await bcrypt(result) } };
  },
  async import(id) {
    return { id: "none", inputs: importedInputs(id), outputs: { result: id, bcryptHash: await bcrypt(id) } };
  },
};

function problems(inputs: PropertyMap, given: PropertyMap): Failure[] {
  const failures: Failure[] = [];
  const length = inputs.length;
  if (length !== UNKNOWN) {
    const least = MINIMUMS.reduce((sum, name) => sum + numberOf(inputs, name), 0);
    if (numberOf(inputs, "length") < 1) {
      failures.push({ property: "length", reason: "must be at least 1" });
    } else if (numberOf(inputs, "length") < least) {
      const reason = `must be at least ${least}, the sum of ${MINIMUMS.join(", ")}`;
      failures.push({ property: "length", reason });
    }
  }
  for (const property of MINIMUMS) {
    if (numberOf(inputs, property) < 0) failures.push({ property, reason: "must not be negative" });
  }
  const { number, numeric } = given;
  if (typeof number === "boolean" && typeof numeric === "boolean" && number !== numeric) {
    failures.push({ property: "number", reason: "is the old name of numeric and differs from it: leave it out" });
  }
  if (["upper", "lower", "numeric", "special"].every((name) => inputs[name] === false)) {
    failures.push({ property: "special", reason: "at least one of upper, lower, numeric and special must be true" });
  }
  return failures;
}

function stringOf(inputs: PropertyMap): string {
  return randomString({
    length: numberOf(inputs, "length"),
    upper: inputs.upper === true,
    lower: inputs.lower === true,
    numeric: inputs.numeric === true,
    special: inputs.special === true,
    minUpper: numberOf(inputs, "minUpper"),
    minLower: numberOf(inputs, "minLower"),
    minNumeric: numberOf(inputs, "minNumeric"),
    minSpecial: numberOf(inputs, "minSpecial"),
    overrideSpecial: textOf(inputs, "overrideSpecial"),
  });
}

/** Lengths of imported values count bytes, as with the official plugin. */
function importedInputs(value: string): PropertyMap {
  return { ...common.defaults, number: true, numeric: true, length: Buffer.byteLength(value) };
}

/** Go's variant and cost: `$2a$10$...`; as there, only the first 72 bytes count. Loaded late: few resources need it. */
async function bcrypt(password: string): Promise<string> {
  const { genSalt, hash } = await import("bcryptjs");
  return hash(password, (await genSalt(10)).replace("$2b$", "$2a$"));
}
