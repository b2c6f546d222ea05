import { z } from "zod";
import type { Path } from "./finding";
import { isWrapper, metaOf, unwrap } from "./meta";

/* The keys of a schema and what it says of them, for all that is written from it. Pure. */

export interface Description {
  path: Path;
  /** The last part of the path; of an entry of a list, that of the list. */
  key: string;
  kind: "map" | "list" | "value";
  /** In whole sentences; empty for the entries of lists. */
  meaning: string;
  /** What may stand there; empty for maps. */
  allowed: string;
  choices?: Record<string, string | undefined>;
  unit?: string;
  /** The default, where it is always the same. */
  default?: unknown;
  /** In words, where it is not. */
  defaultText?: string;
  examples: unknown[];
  secret: boolean;
  /** Whether it has to be there. */
  required: boolean;
  /** Whether it is absent where it is left out. */
  optional: boolean;
  /** JSON Schema of a value. */
  form: Record<string, unknown>;
  /** Of a map, in the schema's order. */
  members: Description[];
  /** Of a list of maps. */
  entry?: Description;
  superseded: Record<string, string>;
  inline: boolean;
  exactlyOne: boolean;
}

export function describeKeys(schema: z.core.$ZodType, path: Path = []): Description {
  const inner = unwrap(schema);
  const meta = metaOf(schema);
  const element = inner instanceof z.ZodArray ? inner.element : undefined;
  const entry = element && unwrap(element) instanceof z.ZodObject ? describeKeys(element, [...path, 0]) : undefined;
  const shape = inner instanceof z.ZodObject ? (inner.shape as Record<string, z.core.$ZodType>) : {};
  const own = element === undefined ? meta : metaOf(element);
  return {
    path,
    key: String(path.filter((part) => typeof part === "string").at(-1) ?? ""),
    kind: inner instanceof z.ZodObject ? "map" : element === undefined ? "value" : "list",
    meaning: meta.description ?? "",
    allowed: own.allowed ?? "",
    choices: own.choices,
    unit: meta.unit,
    default: defaultOf(schema),
    defaultText: meta.defaultText,
    examples:
      meta.examples ?? (element !== undefined && entry === undefined ? own.examples?.map((one) => [one]) : undefined) ?? [],
    secret: meta.secret ?? false,
    required: !isWrapper(schema),
    optional: schema instanceof z.ZodOptional,
    form: own.form ?? {},
    members: Object.entries(shape).map(([key, member]) => describeKeys(member, [...path, key])),
    entry,
    superseded: metaOf(inner).superseded ?? {},
    inline: meta.inline ?? false,
    exactlyOne: meta.exactlyOne ?? false,
  };
}

function defaultOf(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodDefault) return schema.def.defaultValue;
  return isWrapper(schema) ? defaultOf(schema.unwrap()) : undefined;
}

/** Every value: no maps, and of lists of maps what their entries have. */
export function valuesOf(description: Description): Description[] {
  const below = description.entry ? [description.entry] : description.members;
  return below.length > 0 ? below.flatMap(valuesOf) : [description];
}

/** `registry.users[].name` */
export function nameOf(path: Path): string {
  return path
    .map((part) => (typeof part === "number" ? "[]" : `.${part}`))
    .join("")
    .slice(1);
}
