import { CORE_SCHEMA, type LoadOptions, Type, YAMLException, load } from "js-yaml";
import { isRecord } from "../core/field";

/** One document of a file. `line` counts from 1, as editors do. */
export interface Document {
  value: unknown;
  line: number;
}

/** A document that is no YAML or JSON. */
export interface Unreadable {
  error: string;
  line: number;
  /** Not wrong, but not rendered yet. */
  template?: boolean;
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

const SCHEMA = CORE_SCHEMA.extend({ implicit: [BOOLEAN, MERGE] });
/** `maxDepth` is not among the library's declared types. */
const OPTIONS: LoadOptions & { maxDepth: number } = { schema: SCHEMA, maxDepth: 200 };

/** Takes tags that other programs know (`!Ref`, `!reference`), for files that are theirs. */
const TOLERANT = {
  ...OPTIONS,
  schema: SCHEMA.extend({
    explicit: (["scalar", "sequence", "mapping"] as const).map((kind) => new Type("", { kind, multi: true })),
  }),
};

/** The documents of a text, YAML or JSON; one that cannot be read does not hide the others. Empty ones are left out. */
export function parseDocuments(text: string): (Document | Unreadable)[] {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const json = asJson(source);
  if (json) return json;
  const documents: (Document | Unreadable)[] = [];
  let line = 1;
  for (const part of split(source)) {
    const document = parseOne(part, line);
    if (document) documents.push(document);
    line += newlines(part);
  }
  return documents;
}

/** One JSON text, or several one below the other (as `kubectl get -o json` run twice writes them). */
function asJson(text: string): Document[] | undefined {
  const lead = /^\s*/.exec(text)![0];
  const first = text[lead.length];
  if (first !== "{" && first !== "[") return undefined;
  let line = 1 + newlines(lead);
  try {
    return [{ value: JSON.parse(text), line }];
  } catch {
    // It may still be YAML in flow style; if not, that reader says where it breaks.
  }
  try {
    return text
      .slice(lead.length)
      .split(/(?=^\{)(?<=\}\s+)/m)
      .map((part) => {
        const document = { value: JSON.parse(part) as unknown, line };
        line += newlines(part);
        return document;
      });
  } catch {
    return undefined;
  }
}

/** `---` at the start of a line separates documents wherever it stands, also inside of scalars (YAML 1.2, 9.1.2). */
function split(text: string): string[] {
  return text.split(/^(?=---(?:\s|$))/m);
}

const TEMPLATE = "this looks like a template, so check what `helm template` makes of it";

function parseOne(part: string, line: number): Document | Unreadable | undefined {
  const blank = /^(?:---[ \t]*)?(?:#[^\n]*)?(?:\r?\n(?:[ \t]*(?:#[^\n]*)?|%[^\n]*))*\r?\n?/.exec(part)?.[0] ?? "";
  if (blank.length === part.length || /^%[^\n]*\s*$/.test(part)) return undefined;
  const start = line + newlines(blank);
  try {
    const value: unknown = load(part, OPTIONS);
    const braces = part.indexOf("{{");
    if (braces >= 0 && hasMapAsKey(value, new Set())) {
      const at = line + newlines(part.slice(0, braces));
      return { error: `a map stands where a key has to be (${TEMPLATE})`, line: at, template: true };
    }
    if (ALIAS.test(part) && multiplies(value))
      return { error: "its anchors and aliases multiply, or contain themselves", line: start };
    return value === null || value === undefined ? undefined : { value, line: start };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const foreign = error.reason.startsWith("unknown tag") ? ofAnotherProgram(part) : undefined;
    if (foreign !== undefined) return { value: foreign, line: start };
    const broken = Math.min(error.mark?.line ?? 0, newlines(part.trimEnd()));
    // Unquoted braces where the reader stumbles; quoted ones belong to the program that gets the text.
    const template = /^[^'"#]*\{\{/.test(part.split("\n", broken + 1)[broken]);
    return { error: template ? `${worded(error)} (${TEMPLATE})` : worded(error), line: line + broken, template };
  }
}

/** The document, if it is none for Kubernetes but for a program with tags of its own. */
function ofAnotherProgram(part: string): unknown {
  try {
    const value: unknown = load(part, TOLERANT);
    return isRecord(value) && "apiVersion" in value ? undefined : value;
  } catch {
    return undefined;
  }
}

/** The reader's words without what they quote: `password: *hunter2` is an alias to it. */
function worded({ reason }: YAMLException): string {
  if (reason.startsWith("unidentified alias")) return "an alias has no anchor (a text that begins with * has to stand in quotes)";
  if (/\btag\b/.test(reason)) return "a tag is not known here (a text that begins with ! has to stand in quotes)";
  if (reason.includes("maxDepth")) return `it is nested more than ${OPTIONS.maxDepth} deep`;
  return reason;
}

const ALIAS = /[\s[{,]\*[^\s,\]}*]/;

/** More than any manifest has; the readers of Kubernetes refuse such documents too. */
const MOST_VALUES = 500_000;

/** Whether a document is far larger than its text, because aliases repeat what they stand for, or without end. */
function multiplies(value: unknown): boolean {
  const sizes = new Map<object, number>();
  const size = (part: unknown): number => {
    if (typeof part !== "object" || part === null) return 1;
    const known = sizes.get(part);
    if (known !== undefined) return known;
    // Until its own size is known, it counts as endless: whoever asks is inside of it.
    sizes.set(part, Infinity);
    let sum = 1;
    for (const child of Object.values(part)) sum += size(child);
    sizes.set(part, sum);
    return sum;
  };
  return size(value) > MOST_VALUES;
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
