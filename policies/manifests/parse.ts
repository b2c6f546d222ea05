import { CORE_SCHEMA, NOT_RESOLVED, YAMLException, defineScalarTag, load, mergeTag } from "js-yaml";

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
const BOOLEAN = defineScalarTag<boolean>("tag:yaml.org,2002:bool", {
  implicit: true,
  resolve: (text) =>
    /^(true|True|TRUE|yes|Yes|YES|on|On|ON)$/.test(text)
      ? true
      : /^(false|False|FALSE|no|No|NO|off|Off|OFF)$/.test(text)
        ? false
        : NOT_RESOLVED,
  identify: (value) => typeof value === "boolean",
});

const SCHEMA = CORE_SCHEMA.withTags(BOOLEAN, mergeTag);

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
  try {
    const value = load(part, { schema: SCHEMA, maxDepth: 200 });
    return value === null || value === undefined ? undefined : { value, line: start };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const template = part.indexOf("{{");
    if (template < 0) return { error: error.reason, line: line + (error.mark?.line ?? 0) };
    const hint = "this looks like a template, so check what `helm template` makes of it";
    return { error: `${error.reason} (${hint})`, line: line + newlines(part.slice(0, template)) };
  }
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
