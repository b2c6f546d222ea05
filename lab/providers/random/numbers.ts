/** RandomBytes, RandomId, RandomInteger, RandomShuffle and the RandomUuid family. */
import { randomBytes, randomUUID } from "node:crypto";
import type { PropertyMap, PropertyValue } from "../shared/values";
import { numberOf, textOf, type Generated, type Generator } from "./generated";
import { randomBelow, shuffled } from "./randomness";

/** Its id is the base64 text, in plain, as with the official plugin: the state's ids are never secret. */
export const randomByteStrings: Generator = {
  inputs: { length: "integer!" },
  outputs: { base64: "secret", hex: "secret" },
  strictKeepers: true,
  problems: atLeast("length", 1),
  generate: (inputs) => bytesOutputs(randomBytes(numberOf(inputs, "length"))),
  import(id) {
    const bytes = Buffer.from(id, "base64");
    if (bytes.toString("base64") !== id) throw new Error("the id to import must be the bytes in base64");
    return { ...bytesOutputs(bytes), inputs: { length: bytes.length } };
  },
};

function bytesOutputs(bytes: Buffer): Generated {
  const base64 = bytes.toString("base64");
  return { id: base64, outputs: { base64, hex: bytes.toString("hex") } };
}

export const randomIds: Generator = {
  inputs: { byteLength: "integer!", prefix: "string" },
  outputs: { b64Url: "public", b64Std: "public", hex: "public", dec: "public" },
  problems: atLeast("byteLength", 0),
  generate: (inputs) => idOutputs(randomBytes(numberOf(inputs, "byteLength")), textOf(inputs, "prefix")),
  /** `ID` or `PREFIX,ID` */
  import(text) {
    const comma = text.lastIndexOf(",");
    const [prefix, id] = [text.slice(0, Math.max(comma, 0)), text.slice(comma + 1)];
    const bytes = Buffer.from(id, "base64url");
    if (bytes.toString("base64url") !== id) throw new Error("the id to import must be [PREFIX,]BASE64URL");
    const inputs: PropertyMap = { byteLength: bytes.length, ...(prefix && { prefix }) };
    return { ...idOutputs(bytes, prefix), inputs };
  },
};

function idOutputs(bytes: Buffer, prefix: string): Generated {
  const id = bytes.toString("base64url");
  const hex = bytes.toString("hex");
  const outputs = { b64Url: id, b64Std: bytes.toString("base64"), hex, dec: BigInt(`0x${hex || "0"}`).toString() };
  return { id, outputs: Object.fromEntries(Object.entries(outputs).map(([name, text]) => [name, prefix + text])) };
}

export const randomIntegers: Generator = {
  inputs: { min: "integer!", max: "integer!", seed: "string" },
  outputs: { result: "public" },
  problems(inputs) {
    const { min, max } = inputs;
    if (typeof min !== "number" || typeof max !== "number" || min <= max) return noSeed(inputs);
    return [{ property: "min", reason: `must not be greater than max (${max})` }, ...noSeed(inputs)];
  },
  generate(inputs) {
    const min = BigInt(numberOf(inputs, "min"));
    const result = Number(min + randomBelow(BigInt(numberOf(inputs, "max")) - min + 1n));
    return { id: String(result), outputs: { result } };
  },
  import(id) {
    const parts = id.split(",").map(Number);
    if (parts.length !== 3 || !parts.every(Number.isSafeInteger)) throw new Error("the id to import must be RESULT,MIN,MAX");
    const [result, min, max] = parts as [number, number, number];
    return { id: String(result), inputs: { min, max }, outputs: { result } };
  },
};

export const randomShuffles: Generator = {
  inputs: { inputs: "strings!", resultCount: "integer", seed: "string" },
  outputs: { results: "public" },
  problems: (inputs) => [...atLeast("resultCount", 0)(inputs), ...noSeed(inputs)],
  generate({ inputs, resultCount }) {
    const items = inputs as PropertyValue[];
    const count = typeof resultCount === "number" ? resultCount : items.length;
    const results: PropertyValue[] = [];
    while (items.length > 0 && results.length < count) results.push(...shuffled(items));
    return { id: "-", outputs: { results: results.slice(0, count) } };
  },
};

/** Sixteen random bytes written like a UUID, without the version that RFC 9562 asks for, as with the official plugin. */
export const randomUuids = uuids(() => hyphenated(randomBytes(16)));
export const randomUuid4s = uuids(randomUUID);
export const randomUuid7s = uuids(() => {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return hyphenated(bytes);
});

function uuids(generate: () => string): Generator {
  return {
    inputs: {},
    outputs: { result: "public" },
    generate() {
      const result = generate();
      return { id: result, outputs: { result } };
    },
    import(id) {
      const result = id.toLowerCase();
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(result)) {
        throw new Error("the id to import must be a UUID such as 6ba7b810-9dad-11d1-80b4-00c04fd430c8");
      }
      return { id: result, inputs: {}, outputs: { result } };
    },
  };
}

function hyphenated(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function atLeast(property: string, least: number) {
  return (inputs: PropertyMap) => {
    const value = inputs[property];
    return typeof value === "number" && value < least ? [{ property, reason: `must be at least ${least}` }] : [];
  };
}

/** The official plugin's values for a seed come from the generator of Go's standard library. */
function noSeed(inputs: PropertyMap) {
  if (inputs.seed === undefined || inputs.seed === "") return [];
  const reason = "is not done by the lab's stand-in for the random plugin: leave it out, or install the official plugin";
  return [{ property: "seed", reason }];
}
