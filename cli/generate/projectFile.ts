import type { Description } from "../../components/config/describe";
import { inline, wrap } from "./words";

/*
 * The keys in Pulumi.yaml, which the CLI checks before the program runs, stopping at the first mistake that it finds. The program reports
 * all of them at once, with what to do, so the CLI is left nothing to refuse:
 * - every key has a default, because the CLI refuses a stack that lacks a key without one (an empty text counts as absent);
 * - `type` stands only where the CLI takes any text; for maps and lists it would also refuse the JSON text of
 *   `pulumi config set homelab:registry '{...}'`.
 */

const NOTE = "The keys of a stack's configuration, made by `npm run generate` from components/services/*/schema.ts.";

/** @param current the file as it is: what stands before its keys stays */
export function projectFile(schema: Description, current: string): string {
  const head = current.slice(0, current.search(/^(#.*\n)*config:$/m));
  return [`${head}# ${NOTE}`, "config:", ...schema.members.flatMap(keyLines), ""].join("\n");
}

function keyLines(description: Description): string[] {
  const { key, kind, meaning, members, entry } = description;
  const inside = (entry?.members ?? members).map((member) => member.key).join(", ");
  const form = { value: "", map: ` A map of ${inside}.`, list: ` A list of maps of ${inside}.` }[kind];
  return [
    `  ${key}:`,
    ...(kind === "value" ? ["    type: string"] : []),
    `    default: ${standard(description)}`,
    "    description: >-",
    ...wrap(meaning + form, 114).map((line) => `      ${line}`),
  ];
}

function standard({ kind, default: fixed }: Description): string {
  if (kind === "map") return "{}";
  return kind === "list" ? "[]" : inline(fixed ?? "");
}
