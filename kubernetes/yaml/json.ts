/** Bounded by characters that JSON escapes, so that no text of a document looks like it. */
const [OPEN, CLOSE] = ["\u0001integer ", "\u0002"];
const INTEGER = /"\\u0001integer (-?\d+)\\u0002"/g;

/** JSON of what `parseDocuments` gives, with all digits of integers that are bigints. */
export function toJson(value: unknown): string {
  let large = false;
  const text = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== "bigint") return part;
    large = true;
    return OPEN + part + CLOSE;
  });
  return large ? text.replace(INTEGER, "$1") : text;
}
