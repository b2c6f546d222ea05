import { CORE_SCHEMA, type LoadOptions, Type, YAMLException, load } from "js-yaml";

/** One document of a file. `line` counts from 1, as editors do. */
export interface Document {
  value: unknown;
  line: number;
}

/** A document that is no YAML or JSON. */
export interface Unreadable {
  error: string;
  line: number;
}

/** `privileged: yes` is true to the API server, whose reader knows the booleans of YAML 1.1. */
const BOOLEAN = new Type("tag:yaml.org,2002:bool", {
  kind: "scalar",
  resolve: (text: unknown) =>
    typeof text === "string" && text.length <= 5 && /^(?:true|yes|on|false|no|off)$/.test(lowered(text)),
  construct: (text: string) => /^(?:true|yes|on)$/i.test(text),
});

/** `Yes` and `YES` in small letters; `yEs` is a text to YAML, and stays as it is. */
function lowered(text: string): string {
  const small = text.toLowerCase();
  const large = text.toUpperCase();
  return text === large || text === large[0] + small.slice(1) ? small : text;
}

const MERGE = new Type("tag:yaml.org,2002:merge", { kind: "scalar", resolve: (text: unknown) => text === "<<" || text === null });

/** `maxDepth` is not among the library's declared types. */
const OPTIONS: LoadOptions & { maxDepth: number } = { schema: CORE_SCHEMA.extend({ implicit: [BOOLEAN, MERGE] }), maxDepth: 200 };

/** The documents of a text, YAML or JSON; one that cannot be read does not hide the others. Empty ones are left out. */
export function parseDocuments(text: string): (Document | Unreadable)[] {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const json = asJson(source);
  if (json) return [json];
  const documents: (Document | Unreadable)[] = [];
  let line = 1;
  for (const part of split(source)) {
    const document = parseOne(part, line);
    if (document) documents.push(document);
    line += newlines(part);
  }
  return documents;
}

function asJson(text: string): Document | undefined {
  const lead = /^\s*/.exec(text)![0];
  const first = text[lead.length];
  if (first !== "{" && first !== "[") return undefined;
  try {
    return { value: JSON.parse(text), line: 1 + newlines(lead) };
  } catch {
    // It may still be YAML in flow style; if not, that reader says where it breaks.
    return undefined;
  }
}

/** `---` at the start of a line separates documents wherever it stands, also inside of scalars (YAML 1.2, 9.1.2). */
function split(text: string): string[] {
  return text.split(/^(?=---(?:\s|$))/m);
}

function parseOne(part: string, line: number): Document | Unreadable | undefined {
  const blank = /^(?:---[ \t]*)?(?:#[^\n]*)?(?:\r?\n(?:[ \t]*(?:#[^\n]*)?|%[^\n]*))*\r?\n?/.exec(part)?.[0] ?? "";
  if (blank.length === part.length || /^%[^\n]*\s*$/.test(part)) return undefined;
  const start = line + newlines(blank);
  const template = part.indexOf("{{");
  const hint = "this looks like a template, so check what `helm template` makes of it";
  try {
    const value: unknown = load(part, OPTIONS);
    if (template >= 0 && hasMapAsKey(value, new Set())) {
      return { error: `a map stands where a key has to be (${hint})`, line: line + newlines(part.slice(0, template)) };
    }
    return value === null || value === undefined ? undefined : { value, line: start };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    if (template >= 0) return { error: `${error.reason} (${hint})`, line: line + newlines(part.slice(0, template)) };
    return { error: error.reason, line: line + Math.min(error.mark?.line ?? 0, newlines(part.trimEnd())) };
  }
}

/** `{{ .Values.x }}` is a map in a map to YAML, its key another map, which the reader turns into this text. */
function hasMapAsKey(value: unknown, seen: Set<unknown>): boolean {
  if (typeof value !== "object" || value === null || seen.has(value)) return false;
  seen.add(value);
  return Object.hasOwn(value, "[object Object]") || Object.values(value).some((child) => hasMapAsKey(child, seen));
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
