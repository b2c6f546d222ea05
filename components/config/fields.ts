import { z } from "zod";
import { nearest } from "./nearest";
import { addFinding, type Finding } from "./finding";

/*
 * The kinds of values that the sections are made of. A field reads what YAML, JSON or `pulumi config set` made of a
 * value, and reports what is wrong in the words of `Finding`; defaults are added where a section uses it.
 */

/** A value as read, or what is wrong with it; `allowed` is the field's own unless the reader knows better. */
export type Reading<T> = { value: T } | (Partial<Finding> & { cause: string });

/**
 * A field that reads its value itself. `fix` is what to do when a reader names none: it never depends on the value, and a value that
 * it sets is an example.
 * @param form what an editor may hold against the value, as JSON Schema
 */
export function field<T>(
  allowed: string,
  fix: Finding["fix"],
  read: (value: unknown) => Reading<T>,
  form: Record<string, unknown> = TEXT,
) {
  const examples = [fix].flat().flatMap((step) => ("set" in step && !isPlaceholder(step.set) ? [step.set] : []));
  return z
    .unknown()
    .transform((raw, context): T => {
      const reading = readPresent(raw, read);
      if ("value" in reading) return reading.value;
      addFinding(context.issues, { allowed, fix, ...reading });
      return undefined as T;
    })
    .meta({ allowed, form, examples });
}

/** A number stands for the text it was written as. */
const TEXT = { type: ["string", "number"] };

function readPresent<T>(raw: unknown, read: (value: unknown) => Reading<T>): Reading<T> {
  if (raw === undefined) return { cause: "is missing" };
  if (raw === null) return { cause: "has no value" };
  return read(raw);
}

export interface TextRule {
  allowed: string;
  /** A value that is right, for the command that mends the key; or what to do instead. */
  fix: Finding["fix"];
  /** What is wrong with the text, or undefined. */
  problem: (text: string) => string | undefined;
  /** The text that was meant, where that is clear. */
  repair?: (text: string) => string | undefined;
  /** Whether a wrong text may hold a secret that belongs elsewhere. */
  private?: (text: string) => boolean;
}

/** Text. A number is taken as the text it was written as: `cpu: 1`, or a user called 1234. */
export function text(rule: TextRule) {
  return field<string>(rule.allowed, rule.fix, (raw) => {
    if (typeof raw !== "string" && typeof raw !== "number") return { cause: `is ${kindOf(raw)}, not text` };
    const value = String(raw);
    const cause = rule.problem(value);
    if (cause === undefined) return { value };
    const repair = rule.repair?.(value);
    const isPrivate = rule.private?.(value) ?? false;
    return { cause, private: isPrivate, ...(repair !== undefined && !isPrivate && { fix: { repair } }) };
  });
}

/** true or false; `pulumi config set` without --path stores them as text, so the text counts too. */
export function flag() {
  const form = { type: ["boolean", "string"], pattern: "^(true|false)$" };
  return field<boolean>("true or false", { say: "set it to true or false" }, readFlag, form).meta({ examples: [true] });
}

function readFlag(raw: unknown): Reading<boolean> {
  if (raw === true || raw === "true") return { value: true };
  if (raw === false || raw === "false") return { value: false };
  const word = typeof raw === "string" || typeof raw === "number" ? String(raw).trim().toLowerCase() : "";
  const cause = "is neither true nor false";
  if (["yes", "on", "1", "y", "enabled", "true"].includes(word)) return { cause, fix: { repair: "true" } };
  if (["no", "off", "0", "n", "disabled", "false"].includes(word)) return { cause, fix: { repair: "false" } };
  return { cause };
}

/** A whole number within bounds, both included. */
export function integer(least: number, most: number, example: number, meaning = "a whole number") {
  const read = (raw: unknown): Reading<number> => {
    const value = typeof raw === "string" && /^-?\d{1,15}$/.test(raw) ? Number(raw) : raw;
    if (typeof value !== "number" || !Number.isInteger(value)) return { cause: "is not a whole number" };
    if (value < least) return { cause: `is below ${least}` };
    if (value > most) return { cause: `is above ${most}` };
    return { value };
  };
  const form = { type: ["integer", "string"], minimum: least, maximum: most, pattern: "^-?\\d{1,15}$" };
  return field<number>(`${meaning}, ${least}-${most}`, { set: String(example) }, read, form).meta({ examples: [example] });
}

/** How many of something. */
export function count(unit: string, least: number, most: number, example: number) {
  return integer(least, most, example, unit).meta({ unit });
}

/** One word of a list; a near miss is recognised. */
export function choice<const T extends string>(words: readonly T[], meanings?: Record<T, string>) {
  const allowed = words.map((word) => (meanings ? `${word} (${meanings[word]})` : word)).join(", ");
  const read = (raw: unknown): Reading<T> => {
    const word = words.find((candidate) => candidate === raw);
    if (word !== undefined) return { value: word };
    const near = typeof raw === "string" ? nearest(raw, words) : undefined;
    return { cause: "is not one of the words allowed here", ...(near && { fix: { repair: near } }) };
  };
  const choices = Object.fromEntries(words.map((word) => [word, meanings?.[word]]));
  const fix = { say: "set it to one of the words above" };
  return field<T>(allowed, fix, read, { enum: [...words] }).meta({ choices, examples: [words[0]] });
}

/** "a list", "text": for sentences, never the value itself. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "a number";
  return "a boolean";
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text in which somebody left a placeholder: `<context>`. */
export function isPlaceholder(value: string): boolean {
  return /^<.*>$/s.test(value.trim());
}
