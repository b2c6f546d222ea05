import { isDeepStrictEqual } from "node:util";
import type { Description } from "../../components/config/describe";
import { resolveScalar } from "../../kubernetes/yaml/scalars";

/* What is said of a key, and values as they stand in YAML. Pure. */

/** A value on one line. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${inline(key)}: ${inline(member)}`);
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  return typeof value === "string" && !isBare(value) ? JSON.stringify(value) : String(value);
}

/** Whether any reader takes the text for this text. */
function isBare(text: string): boolean {
  const plain = /^[A-Za-z0-9/.~][A-Za-z0-9 /._:@+~=-]*$/.test(text) && !/: |:$| $/.test(text);
  return plain && typeof resolveScalar(text) === "string";
}

/** Stands for what Pulumi writes in place of an encrypted value. */
export const ENCRYPTED = { secure: "..." };

/** A default that is worth showing. */
export function fixedDefault({ default: fixed }: Description): unknown {
  const isEmpty = fixed === "" || (typeof fixed === "object" && fixed !== null && Object.keys(fixed).length === 0);
  return isEmpty ? undefined : fixed;
}

/** What a key would be, where nothing is said of it: its default, or an example. */
export function sample(description: Description): unknown {
  const { kind, secret, examples, members, entry } = description;
  const known = fixedDefault(description) ?? (secret ? ENCRYPTED : examples[0]);
  if (known !== undefined || kind === "value") return known;
  if (kind === "list") return entry && [sample(entry)];
  return Object.fromEntries(members.map((member) => [member.key, sample(member)]));
}

/** The default in words, or undefined where the value that is shown is it. */
export function defaultWords(description: Description, shown: unknown): string | undefined {
  const { defaultText, required, optional, kind } = description;
  const known = fixedDefault(description);
  if (known !== undefined) return isDeepStrictEqual(known, shown) ? undefined : inline(known);
  if (defaultText !== undefined) return defaultText;
  return required || (kind === "map" && !optional) ? undefined : "none";
}

const MANY = 8;

/** What there is to choose from; words that were explained before are only listed. */
export function choiceWords({ choices = {} }: Description, explained: Set<string>): string {
  const words = Object.entries(choices);
  if (words.length < 2 || words.length > MANY) return "";
  const id = JSON.stringify(choices);
  if (words.some(([, meaning]) => meaning !== undefined) && !explained.has(id)) {
    explained.add(id);
    return words.map(([word, meaning]) => `${word}: ${meaning}.`).join(" ");
  }
  const names = words.map(([word]) => word);
  return `One of ${names.slice(0, -1).join(", ")} and ${names.at(-1)}.`;
}

/** Text in lines of at most `width` signs. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
