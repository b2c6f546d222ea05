import { z } from "zod";

/*
 * What a schema says of a key beside what may stand there, as zod's own metadata: `.describe("...")`, `.meta({ ... })`. All that people
 * and editors read of the keys is made from it.
 */

declare module "zod" {
  interface GlobalMeta {
    /** What the key means, in whole sentences. */
    description?: string;
    /** Right values; the first is shown. For a list: whole lists. */
    examples?: unknown[];
    /** What a number counts. */
    unit?: string;
    /** What holds without the key where that follows from something else, as the rest of a sentence: "that of the flavor". */
    defaultText?: string;
    /** What may stand there, in the words of a finding. */
    allowed?: string;
    /** The words to choose from, and what each means. */
    choices?: Record<string, string | undefined>;
    /** What may stand there as JSON Schema, as far as an editor can tell. */
    form?: Record<string, unknown>;
    /** Stored encrypted, and never shown. */
    secret?: boolean;
    /** Keys that a map had once, and what to write instead. */
    superseded?: Record<string, string>;
    /** A map whose members need no words of their own. */
    inline?: boolean;
    /** Each entry of the list has exactly one of its keys. */
    exactlyOne?: boolean;
  }
}

/** A schema without what only says that it may be left out. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return isWrapper(schema) ? unwrap(schema.unwrap()) : schema;
}

/** What is said of a schema, inside its wrappers and outside; the outermost word counts. */
export function metaOf(schema: z.core.$ZodType): z.GlobalMeta {
  const own = z.globalRegistry.get(schema) ?? {};
  return isWrapper(schema) ? { ...metaOf(schema.unwrap()), ...own } : own;
}

export type Wrapper = z.ZodOptional | z.ZodDefault | z.ZodPrefault;

export const isWrapper = (schema: z.core.$ZodType): schema is Wrapper =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
