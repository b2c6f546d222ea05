import { YAMLException, load } from "js-yaml";
import { NotReadable, NO_KEY, SCHEMA, scalar } from "./schema";

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

const MAX_DEPTH = 200;

export interface ReadOptions {
  /** Of keys that stand twice the last counts, as it does to kubectl; otherwise they are an error, as in the API's strict mode. */
  lastKeyCounts?: boolean;
}

/**
 * The documents of a text, YAML or JSON; one that cannot be read does not hide the others. Empty ones are left out. What is read,
 * is read as Kubernetes reads it; integers beyond 2^53 are bigints (`toJson` writes them).
 */
export function parseDocuments(text: string, options: ReadOptions = {}): (Document | Unreadable)[] {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const json = asJson(source);
  if (json) return json;
  const documents: (Document | Unreadable)[] = [];
  let line = 1;
  for (const part of split(source)) {
    const document = parseOne(part, line, options);
    if (document) documents.push(document);
    line += newlines(part);
  }
  return documents;
}

/** The value of a text that is one document, or undefined where it is empty. @throws Error with the line, where it cannot be read */
export function readDocument(text: string): unknown {
  const [document] = parseDocuments(text, { lastKeyCounts: true });
  if (document === undefined) return undefined;
  if ("error" in document) throw new Error(`line ${document.line}: ${document.error}`);
  return document.value;
}

/** One JSON text, or several one below the other (as `kubectl get -o json` run twice writes them). */
function asJson(text: string): Document[] | undefined {
  const lead = /^\s*/.exec(text)![0];
  const first = text[lead.length];
  if (first !== "{" && first !== "[") return undefined;
  // JSON.parse would round them.
  if (/\d{16}/.test(text)) return undefined;
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

/** What editors take for JSON; YAML would take the comment for a part of the first key. */
const COMMENTED_JSON = /^\s*[{[]\s*\/[/*]/;

const LINE_END =
  "it holds a character that ends a line to Kubernetes only (U+0085, U+2028 or U+2029; in quotes, write it as \\u2028)";
const TEMPLATE = "this looks like a template, so check what `helm template` makes of it";

function parseOne(part: string, line: number, { lastKeyCounts }: ReadOptions): Document | Unreadable | undefined {
  const blank = /^(?:---[ \t]*)?(?:#[^\n]*)?(?:\r?\n(?:[ \t]*(?:#[^\n]*)?|%[^\n]*))*\r?\n?/.exec(part)?.[0] ?? "";
  if (blank.length === part.length || /^%[^\n]*\s*$/.test(part)) return undefined;
  const start = line + newlines(blank);
  if (COMMENTED_JSON.test(part)) return { error: "it is JSON with comments, which only some programs read", line: start };
  const ending = /[\u0085\u2028\u2029]/.exec(part);
  // What follows one in a comment would be read by the cluster, and not here.
  if (ending) return { error: LINE_END, line: line + newlines(part.slice(0, ending.index)) };
  try {
    const value: unknown = load(part, { schema: SCHEMA, json: lastKeyCounts, maxDepth: MAX_DEPTH });
    if (ALIAS.test(part) && multiplies(value)) return { error: "its anchors and aliases multiply", line: start };
    return value === null || value === undefined ? undefined : { value: scalar(value), line: start };
  } catch (error) {
    if (error instanceof NotReadable) return { error: error.message, line: start };
    if (!(error instanceof YAMLException)) throw error;
    if (error.reason === NO_KEY) {
      // The library does not say where such a key stands.
      const braces = part.indexOf("{{");
      if (braces < 0) return { error: NO_KEY, line: start };
      return { error: `${NO_KEY} (${TEMPLATE})`, line: line + newlines(part.slice(0, braces)), template: true };
    }
    const broken = Math.min(error.mark?.line ?? 0, newlines(part.trimEnd()));
    // Unquoted braces where the reader stumbles; quoted ones belong to the program that gets the text.
    const template = /^[^'"#]*\{\{/.test(part.split("\n", broken + 1)[broken] ?? "");
    return { error: template ? `${worded(error)} (${TEMPLATE})` : worded(error), line: line + broken, template };
  }
}

/** The reader's words without what they quote: `password: *hunter2` is an alias to it. */
function worded({ reason }: YAMLException): string {
  if (reason.startsWith("recursive alias")) return "its anchors and aliases contain themselves";
  if (reason.startsWith("unidentified alias")) return "an alias has no anchor (a text that begins with * has to stand in quotes)";
  if (/\btag\b/.test(reason)) return "a tag cannot be read (a text that begins with ! has to stand in quotes)";
  if (reason.includes("maxDepth")) return `it is nested more than ${MAX_DEPTH} deep`;
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
    // Until its own size is known, it counts as endless: it is only asked for from inside of it.
    sizes.set(part, Infinity);
    let sum = 1;
    for (const child of Object.values(part)) sum += size(child);
    sizes.set(part, sum);
    return sum;
  };
  return size(value) > MOST_VALUES;
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
