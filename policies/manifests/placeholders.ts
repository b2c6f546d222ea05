/**
 * Manifests whose values are filled in later: `${VAR}` and `${VAR:=default}` (envsubst, Flux), `{{ }}` (templates), `<PLACEHOLDER>`.
 * Such a value is not known yet, like one at preview: it is neither right nor wrong.
 */
import { isRecord } from "../../kubernetes/objects/field";
import { UNKNOWN } from "../../kubernetes/objects/unknown";

const FILLED_IN = /\$\{\w[^{}\n]*\}|\{\{[^{}\n]*\}\}|^<[A-Z][A-Z0-9_ -]*>$/;

/** Texts of programs, in which `${VAR}` is the program's own. */
const TEXTS = new Set(["data", "stringData", "binaryData", "args", "command"]);

/** Names, by which objects speak of each other, are compared as they stand, and so are labels. */
const NAMES = /^(?:metadata|apiVersion|kind|match|labels|selector|matchLabels|paths?)$|(?:names?|Name|hosts?|namespaces?)$/;

export function mayHavePlaceholders(text: string): boolean {
  return text.includes("${") || text.includes("{{") || /<[A-Z]/.test(text);
}

/** A copy in which what is filled in later is marked as not known; what has nothing of the kind is shared. */
export function withUnknown(value: unknown): unknown {
  if (typeof value === "string") return value.length <= 200 && FILLED_IN.test(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map(withUnknown);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, child]) => [
    key,
    TEXTS.has(key) || NAMES.test(key) ? child : withUnknown(child),
  ]);
  return Object.fromEntries(entries);
}
