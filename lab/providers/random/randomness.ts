/** Random values from the operating system's generator. Every outcome is equally likely: nothing is taken modulo. */
import { randomBytes, randomInt } from "node:crypto";

/** A whole number from 0 up to, not including, `bound`, which is at most 2^64. */
export function randomBelow(bound: bigint): bigint {
  if (bound <= 2n ** 48n - 1n) return BigInt(randomInt(Number(bound)));
  // A draw in the last, incomplete multiple of `bound` would favour small numbers: draw again.
  const limit = 2n ** 64n - (2n ** 64n % bound);
  for (;;) {
    const drawn = randomBytes(8).readBigUInt64BE();
    if (drawn < limit) return drawn % bound;
  }
}

export function pick<Item>(items: readonly Item[]): Item {
  return items[randomInt(items.length)]!;
}

/** A new list in an order of which all are equally likely (Fisher-Yates). */
export function shuffled<Item>(items: readonly Item[]): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

export interface StringRules {
  length: number;
  upper: boolean;
  lower: boolean;
  numeric: boolean;
  special: boolean;
  minUpper: number;
  minLower: number;
  minNumeric: number;
  minSpecial: number;
  /** In place of the usual special characters; empty for those. */
  overrideSpecial: string;
}

/**
 * Text of `length` characters. A minimum holds also for a class that is switched off otherwise, as with the official
 * plugin; the remaining characters come from all classes that are on, each character equally likely.
 * @throws Error if no class is on
 */
export function randomString(rules: StringRules): string {
  const special = rules.overrideSpecial || SPECIAL;
  const classes = [
    { on: rules.upper, min: rules.minUpper, characters: UPPER },
    { on: rules.lower, min: rules.minLower, characters: LOWER },
    { on: rules.numeric, min: rules.minNumeric, characters: DIGITS },
    { on: rules.special, min: rules.minSpecial, characters: special },
  ];
  const all = [
    ...classes
      .filter(({ on }) => on)
      .map(({ characters }) => characters)
      .join(""),
  ];
  if (all.length === 0) throw new Error("no characters to choose from: allow upper, lower, numeric or special");
  const required = classes.flatMap(({ min, characters }) => draw([...characters], min));
  return shuffled([...required, ...draw(all, rules.length - required.length)]).join("");
}

function draw(characters: readonly string[], count: number): string[] {
  return Array.from({ length: count }, () => pick(characters));
}
