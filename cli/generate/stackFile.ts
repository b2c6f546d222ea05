import { formatKey } from "../../components/config/commands";
import type { Description } from "../../components/config/describe";
import type { Stack } from "./stacks";
import { choiceWords, defaultWords, inline, sample, wrap } from "./words";

/*
 * A stack file: what the stack has chosen, each key with what it means, and as comments all that it could choose beside it. Pure.
 */

export const SCHEMA_FILE = "homelab.schema.json";
const WIDTH = 130;

type Values = Record<string, unknown>;

export function stackFile(schema: Description, stack: Stack): string {
  const keys = schema.members.map((member) => ({ ...member, key: `homelab:${member.key}` }));
  const writer = writerOf(stack);
  const foreign = Object.keys(stack.values).filter((key) => !keys.some((known) => known.key === key));
  const blocks = [
    ...foreign.map((key) => [
      ...comment(stack.notes[key]?.text ?? "", WIDTH - 2),
      `${key}:`,
      ...writer.plainList(stack.values[key]),
    ]),
    ...keys.map((key) => writer.member(key, stack.values, WIDTH - 2)),
  ].filter((lines) => lines.length > 0);
  return [
    `# yaml-language-server: $schema=./${SCHEMA_FILE}`,
    `# ${stack.title}`,
    "#",
    ...comment(stack.about, WIDTH),
    "config:",
    ...blocks.flatMap((lines, i) => [...(i === 0 ? [] : [""]), ...indent(lines)]),
    "",
  ].join("\n");
}

const indent = (lines: string[]) => lines.map((line) => (line === "" ? line : `  ${line}`));
const commentedOut = (lines: string[]) => lines.map((line) => `# ${line}`);
const comment = (text: string, width: number) => (text === "" ? [] : commentedOut(wrap(text, width - 2)));

function writerOf({ brief, notes }: Stack) {
  const explained = new Set<string>();

  /** One key of a map, with what is said of it; nothing for one that is not chosen where only those are wanted. */
  function member(description: Description, siblings: Values, width: number): string[] {
    const { key } = description;
    const value = siblings[key];
    const note = notes[key];
    if (value === undefined && note?.line !== undefined) return [...comment(note.text, width), ...commentedOut([note.line])];
    if (value === undefined && brief) return [];
    const shown = value ?? sample(description);
    const words = comment(note?.text ?? wordsOf(description, shown), width);
    const lines = body(description, shown, value === undefined ? width - 2 : width);
    return [...words, ...(value === undefined ? commentedOut(lines) : lines)];
  }

  function wordsOf(description: Description, shown: unknown): string {
    const { meaning, secret, path } = description;
    const standard = defaultWords(description, shown);
    return [
      isName(description) ? "" : meaning,
      choiceWords(description, explained),
      secret ? `Stored by \`pulumi config set --secret --path '${formatKey("homelab", path)}'\`.` : "",
      standard === undefined ? "" : `Default: ${standard}.`,
    ]
      .filter((sentence) => sentence !== "")
      .join(" ");
  }

  function body(description: Description, value: unknown, width: number): string[] {
    const { key, kind, entry, allowed } = description;
    if (kind === "map" && !description.inline) return [`${key}:`, ...indent(members(description, value as Values, width - 2))];
    if (entry !== undefined) {
      const entries = (value as Values[]).flatMap((one, i) => item(description, one, i === 0, width - 4));
      return [`${key}:`, ...indent(entries)];
    }
    return [`${key}: ${inline(value)}${typeof value === "number" ? ` # ${allowed}` : ""}`];
  }

  const members = (map: Description, values: Values, width: number) => map.members.flatMap((one) => member(one, values, width));

  /** One entry of a list; only the first explains its keys, unless each has keys of its own. */
  function item({ entry, exactlyOne }: Description, values: Values, isFirst: boolean, width: number): string[] {
    const chosen = entry!.members.filter(({ key }) => values[key] !== undefined);
    if (!isFirst && !exactlyOne) return [`- ${inline(values)}`];
    const [head, ...rest] = exactlyOne ? chosen : [chosen[0]!, ...entry!.members.filter((one) => one !== chosen[0])];
    const [words, lines] = split(member(head!, values, width));
    const below = [...lines.slice(1), ...rest.flatMap((one) => member(one, values, width))];
    return [...words, `- ${lines[0]}`, ...indent(below)];
  }

  const plainList = (value: unknown) => indent((value as unknown[]).map((one) => `- ${inline(one)}`));
  return { member, plainList };
}

/** Nobody needs to be told of a `name` that it is the name. */
const isName = ({ key, meaning }: Description) => key === "name" && / name\.$/.test(meaning);

/** The words before a key, and the key with what is below it. */
function split(lines: string[]): [string[], string[]] {
  const at = lines.findIndex((line) => !line.startsWith("#"));
  return [lines.slice(0, at), lines.slice(at)];
}
