/*
 * What a plain (unquoted) scalar is to Kubernetes. helm, kubectl, the API server and Pulumi's plugin all read YAML with
 * sigs.k8s.io/yaml, which is YAML 1.1 without its times and its numbers of base 60 (go.yaml.in/yaml/v2: resolve.go).
 * tests/kubernetes/yaml.real.test.ts holds this against the program itself.
 */

const WORDS = new Map<string, boolean | null | number>();
const forms = (word: string) => [word, word[0]!.toUpperCase() + word.slice(1), word.toUpperCase()];
for (const word of ["true", "yes", "on", "y"]) for (const form of forms(word)) WORDS.set(form, true);
for (const word of ["false", "no", "off", "n"]) for (const form of forms(word)) WORDS.set(form, false);
for (const form of ["", "~", ...forms("null")]) WORDS.set(form, null);
for (const name of ["inf", "Inf", "INF"]) {
  for (const sign of ["", "+"]) WORDS.set(`${sign}.${name}`, Infinity);
  WORDS.set(`-.${name}`, -Infinity);
}
for (const name of [".nan", ".NaN", ".NAN"]) WORDS.set(name, NaN);

/** Characters that anything but a text begins with. */
const BEGINS = /^[-+.~0-9yYnNtTfFoO]/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const LONGEST = 2n ** 64n;
const LOWEST = -(2n ** 63n);
const HIGHEST_WITH_SIGN = 2n ** 63n;

/** A number with a point or an exponent: as a key of a map it is written in a way of its own (floatKey). */
export class Float {
  constructor(public readonly value: number) {}
}

export type Scalar = string | number | bigint | boolean | null;

/** The value of a plain scalar; integers that a number cannot hold exactly (they have 64 bits) are bigints. */
export function resolveScalar(text: string): Scalar {
  const value = readScalar(text);
  return value instanceof Float ? value.value : value;
}

/** The same, with floats told from integers. */
export function readScalar(text: string): Scalar | Float {
  if (text === "") return null;
  if (!BEGINS.test(text)) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  // Beyond words, only what begins with a sign, a digit or a point can be a number.
  if (first > 0x39) return text;
  // In a number that begins with its point, an underscore has to stand between digits.
  const plain = text.replaceAll(text[0] === "." ? /(?<=\d)_(?=\d)/g : "_", "");
  return integerOf(plain) ?? floatOf(plain) ?? text;
}

function integerOf(plain: string): number | bigint | undefined {
  // `0b-1` is -1 too.
  const match = INTEGER.exec(plain.replace(/^0b([-+])/, "$10b"));
  if (!match) return undefined;
  const [, sign, hexadecimal, binary, octal, decimal] = match;
  const digits = hexadecimal ? `0x${hexadecimal}` : binary ? `0b${binary}` : octal ? `0o${octal}` : decimal!;
  const short = digits.length < 15 ? Number(digits) : undefined;
  if (short !== undefined) return sign === "-" ? 0 - short : short;
  const value = BigInt(digits) * (sign === "-" ? -1n : 1n);
  // 64 bits, without a sign only where none is written.
  if (value < LOWEST || value >= (sign ? HIGHEST_WITH_SIGN : LONGEST)) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function floatOf(plain: string): Float | undefined {
  if (!FLOAT.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? new Float(value) : undefined;
}

/**
 * The key that Kubernetes' reader makes of such a number: the shortest digits that mean the same in 32 bits, with an exponent below
 * 1e-4 and from 1e6 on (sigs.k8s.io/yaml, convertToJSONableObject; Go's strconv.FormatFloat with 'g').
 */
export function floatKey({ value }: Float): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? ".inf" : "-.inf";
  if (single === 0) return Object.is(single, -0) ? "-0" : "0";
  const shortest = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    .map((digits) => rounded(single, digits))
    .find((text) => Math.fround(Number(text)) === single)!;
  const [digits, power] = shortest.split("e") as [string, string];
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return Number(shortest).toString();
  return `${digits}e${exponent < 0 ? "-" : "+"}${Math.abs(exponent).toString().padStart(2, "0")}`;
}

/** With so many digits; what lies in the middle goes to the even one, where JavaScript goes up. */
function rounded(value: number, digits: number): string {
  const [all, power] = value.toExponential(100).split("e") as [string, string];
  const end = all.indexOf(".") + digits;
  const isTie = /^50*$/.test(all.slice(end));
  if (!isTie || Number(all[end - 1] === "." ? all[end - 2] : all[end - 1]) % 2 === 1) return value.toExponential(digits - 1);
  return `${all.slice(0, end).replace(/\.$/, "")}e${power}`;
}
