import { entropy } from "./entropy";
import { isSecretName } from "./names";
import { LONGEST } from "./tokens";
import { isSecretValue } from "./values";

const VALUE = "(?:\"([^\"\\s]{8,200})\"|'([^'\\s]{8,200})'|([^\\s\"',;#]{8,200}))";

/** `name: value`, `name = value`, `export NAME=value` on a line of its own. */
const LINE = new RegExp(
  `^[ \\t]{0,40}(?:export[ \\t]+|-[ \\t]+|--)?["']?([A-Za-z][\\w.-]{2,80})["']?[ \\t]*[:=][ \\t]*${VALUE}[ \\t]*[,;]?[ \\t]*(?:#.*)?$`,
  "gm",
);
/** A pair in JSON, wherever it stands. */
const PAIR = /"([A-Za-z][\w.-]{2,80})"\s*:\s*"([^"\s\\]{8,200})"/g;
const ELEMENT = /<([A-Za-z][\w.:-]{2,60})>([^<>\s]{8,200})<\/\1>/g;

/** A line of a configuration file that gives a secret's name a value that looks random enough to be one: that name. */
export function secretLine(text: string, ignored: ReadonlySet<string>): string | undefined {
  if (!text.includes("\n") && !/[:=>]/.test(text)) return undefined;
  const head = text.slice(0, LONGEST);
  return (
    first(head, LINE, ignored) ??
    (head.includes('":') || head.includes('" :') ? first(head, PAIR, ignored) : undefined) ??
    (head.includes("</") ? first(head, ELEMENT, ignored) : undefined)
  );
}

function first(text: string, form: RegExp, ignored: ReadonlySet<string>): string | undefined {
  for (const [, name = "", ...values] of text.matchAll(form)) {
    const value = values.find((part) => part !== undefined) ?? "";
    if (!isSecretName(name) || ignored.has(name)) continue;
    if (isSecretValue(name, value) && entropy(value) >= 2.75 && !isCode(value)) return name;
  }
  return undefined;
}

/** A call, a member of something (`settings.PASSWORD`), or a word with a capital, as in translations. */
function isCode(value: string): boolean {
  return /^[\w.$]+[([].*$|^[\p{L}_$]+(?:\??\.[\p{L}_$]+)+$|^\p{Lu}\p{Ll}+$|^`/u.test(value);
}
