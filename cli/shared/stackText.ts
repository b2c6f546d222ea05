/*
 * Stack files as Pulumi reads them, and written so that it reads what was meant. Its reader (gopkg.in/yaml.v3) takes 2020_1, 0755
 * and 0b11 for numbers as Kubernetes' reader does, but leaves yes, no, on and off texts.
 */
import { type ScalarTag, parse } from "yaml";
import { type Scalar, resolveScalar } from "../../kubernetes/yaml/scalars";

const plain: ScalarTag = { tag: "plain", default: true, test: /^[^]*$/, resolve: plainScalar };

function plainScalar(text: string): Scalar {
  const value = resolveScalar(text);
  if (typeof value === "boolean") return /^(?:true|false)$/i.test(text) ? value : text;
  // Pulumi hands numbers on as those of JSON.
  return typeof value === "bigint" ? Number(value) : value;
}

/** The content of a stack file. A bare date stays as it is written, where Pulumi makes a time of it. @throws Error of the library */
export function readStackText(text: string): unknown {
  return parse(text, { schema: "failsafe", customTags: [plain], merge: true });
}

/** What ends a line, or is refused, in a text of Pulumi's reader and not in one of JSON. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A stack file that holds the content, as JSON, which is YAML that all readers agree on: every text stands in quotes. */
export function stackText(content: unknown): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return `${JSON.stringify(content, undefined, 2).replace(UNPRINTABLE, escaped)}\n`;
}
