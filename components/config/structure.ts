import { z } from "zod";
import { isMap, kindOf } from "./fields";
import type { Finding, FindingAt, Path } from "./finding";
import { metaOf, unwrap } from "./meta";
import { nearest } from "./nearest";

/*
 * The first look at a configuration: are maps maps, lists lists, and every key a known one? What passes goes on to the
 * schema, in a tree of the right form, so that one misplaced line does not hide the mistakes in all the others.
 */

export interface Structure {
  /** What was configured, as parsed. */
  given: Record<string, unknown>;
  /** The same without what does not fit the schema's form. */
  tree: Record<string, unknown>;
  findings: FindingAt[];
  /** Where the schema marks a value as secret (`.meta({ secret: true })`) and there is one. */
  secrets: Path[];
}

/** What the schema says of a key; the library declares members as any. */
function memberOf({ shape }: z.ZodObject, key: string): z.core.$ZodType | undefined {
  return Object.hasOwn(shape, key) ? (shape[key] as z.core.$ZodType) : undefined;
}

/** Reads the raw values of the project's keys (without its namespace): text, and JSON for maps and lists. */
export function readStructure(schema: z.ZodObject, values: Record<string, string>): Structure {
  const given = Object.create(null) as Record<string, unknown>;
  const structure: Structure = { given, tree: {}, findings: [], secrets: [] };
  const known: Record<string, unknown> = {};
  for (const [key, raw] of Object.entries(values)) {
    const member = memberOf(schema, key);
    if (!member) {
      structure.findings.push({ path: [key], ...unknownKey(schema, [], key, values) });
      continue;
    }
    // Pulumi.yaml gives the keys that may be left out an empty default, because the CLI asks for one.
    if (raw.trim() === "") continue;
    const parsed = isLeaf(member) ? { value: raw } : parseRaw(raw);
    if ("value" in parsed) known[key] = given[key] = parsed.value;
    else structure.findings.push({ path: [key], ...parsed });
  }
  structure.tree = walk(schema, known, [], structure) as Record<string, unknown>;
  return structure;
}

/** JSON where the text begins like a map or a list. The parser's own message quotes the text, which may hold secrets. */
function parseRaw(raw: string): { value: unknown } | Finding {
  try {
    return { value: JSON.parse(raw) };
  } catch (error) {
    if (!/^\s*[{[]/.test(raw)) return { value: raw };
    const message = error instanceof Error ? error.message : "";
    const at = /at position (\d+)/.exec(message);
    const reason = /control character/i.test(message)
      ? ", a text in it has a tab or a line break"
      : /end of JSON/i.test(message)
        ? ", it ends too early"
        : "";
    return {
      cause: `is not valid JSON${reason}${at ? ` (character ${Number(at[1]) + 1})` : ""}`,
      allowed: "a map or a list, in YAML or in JSON",
      fix: [{ remove: true }, { say: "then set its values one at a time with `pulumi config set --path`" }],
      private: true,
    };
  }
}

function walk(schema: z.core.$ZodType, value: unknown, path: Path, structure: Structure): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) return walkMap(inner, value, path, structure);
  if (inner instanceof z.ZodArray) return walkList(inner, value, path, structure);
  if (value !== undefined && isSecret(inner)) structure.secrets.push(path);
  return value;
}

function walkMap(schema: z.ZodObject, value: unknown, path: Path, structure: Structure): unknown {
  // A line such as `routing:` with only comments below it.
  if (value === null) return {};
  if (!isMap(value)) {
    structure.findings.push({
      path,
      cause: `is ${kindOf(value)}, not a map`,
      allowed: describe(schema),
      fix: { say: "write the keys below it, each on a line of its own" },
      private: true,
    });
    return {};
  }
  const tree: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const member = memberOf(schema, key);
    if (member) tree[key] = walk(member, inner, [...path, key], structure);
    else structure.findings.push({ path: [...path, key], ...unknownKey(schema, path, key, value) });
  }
  return tree;
}

function walkList(schema: z.ZodArray, value: unknown, path: Path, structure: Structure): unknown {
  if (value === null) return [];
  if (Array.isArray(value)) return value.map((entry, i) => walk(schema.element, entry, [...path, i], structure));
  structure.findings.push({
    path,
    cause: `is ${kindOf(value)}, not a list`,
    allowed: `a list, each entry ${describe(schema.element)}`,
    fix: { say: "write each entry on a line of its own that begins with '- '" },
    private: true,
  });
  return [];
}

function describe(schema: z.core.$ZodType): string {
  const inner = unwrap(schema);
  return inner instanceof z.ZodObject ? `a map with the keys ${Object.keys(inner.shape).join(", ")}` : "one value";
}

function unknownKey(schema: z.ZodObject, path: Path, key: string, siblings: Record<string, unknown>): Finding {
  const keys = Object.keys(schema.shape);
  const instead = metaOf(schema).superseded?.[key];
  if (instead !== undefined) {
    return { cause: "is no key any more", allowed: `the keys ${keys.join(", ")}`, fix: { say: instead } };
  }
  const known = { cause: "is not a known key", allowed: `the keys ${keys.join(", ")}`, private: true };
  const target = path.length === 0 ? splitKey(schema, key) : undefined;
  if (target) {
    const cause = "is a key of its own, dots and all: it was set without --path";
    const leaf = leavesOf(schema).find((candidate) => samePath(candidate.path, target));
    return { ...known, cause, fix: { moveTo: target, split: true, secret: leaf?.secret ?? false } };
  }
  const near = nearest(
    key,
    keys.filter((candidate) => !Object.hasOwn(siblings, candidate)),
  );
  if (near) {
    const fix = { moveTo: [...path, near], secret: isSecret(memberOf(schema, near)!) };
    return { ...known, cause: `is not a known key; ${near} is`, fix };
  }
  const [elsewhere, ...more] = leavesOf(schema).filter(({ path: leaf }) => leaf.at(-1) === key && !leaf.includes(0));
  if (elsewhere && more.length === 0) return { ...known, fix: { moveTo: [...path, ...elsewhere.path] } };
  return { ...known, fix: { remove: true } };
}

/** `registry.users[0].name` as a path, if its first part is a known key. */
function splitKey(schema: z.ZodObject, key: string): Path | undefined {
  const parts = key.split(/[.[\]]+/).filter((part) => part !== "");
  const [first, second] = parts;
  if (first === undefined || second === undefined || !Object.hasOwn(schema.shape, first)) return undefined;
  return parts.map((part) => (/^\d{1,6}$/.test(part) ? Number(part) : part));
}

/** Where the path stands among the schema's keys, for sorting; unknown keys come after the known. */
export function rankOf(schema: z.core.$ZodType, path: Path): number[] {
  const inner = unwrap(schema);
  const [part, ...rest] = path;
  if (inner instanceof z.ZodArray && typeof part === "number") return [part, ...rankOf(inner.element, rest)];
  if (!(inner instanceof z.ZodObject) || part === undefined) return [];
  const keys = Object.keys(inner.shape);
  const member = memberOf(inner, String(part));
  return member ? [keys.indexOf(String(part)), ...rankOf(member, rest)] : [keys.length];
}

/** Every value below a map, with 0 for the entries of a list. */
function leavesOf(schema: z.core.$ZodType, path: Path = []): { path: Path; secret: boolean }[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.keys(inner.shape).flatMap((key) => leavesOf(memberOf(inner, key)!, [...path, key]));
  }
  if (inner instanceof z.ZodArray) return leavesOf(inner.element, [...path, 0]);
  return [{ path, secret: isSecret(inner) }];
}

const samePath = (one: Path, other: Path) =>
  one.length === other.length && one.every((part, i) => (typeof part === "number" ? 0 : part) === other[i]);

const isSecret = (schema: z.core.$ZodType) => metaOf(schema).secret === true;

const isLeaf = (schema: z.core.$ZodType) => {
  const inner = unwrap(schema);
  return !(inner instanceof z.ZodObject || inner instanceof z.ZodArray);
};
