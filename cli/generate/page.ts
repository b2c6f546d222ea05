import type { Description } from "../../components/config/describe";
import { nameOf } from "../../components/config/describe";
import { fixedDefault, inline } from "./words";

/* docs/configuration.md: every key in a table for each section. Pure. */

export function page(schema: Description): string {
  const plain = schema.members.filter(({ kind }) => kind === "value");
  const sections = schema.members.filter(({ kind }) => kind !== "value");
  return [
    "# Configuration",
    "",
    "Every key of a stack file (`Pulumi.STACK.yaml`), below `homelab:`. Made by `npm run generate` from the schemas in",
    "`components/services/`; `homelab.schema.json` tells the same to editors, and `Pulumi.homelab.yaml` has it as comments beside values.",
    "`pulumi config set --path 'homelab:registry.storage.size' 50Gi` sets one, `--secret` before the key encrypts it.",
    "",
    ...table(plain, []),
    ...sections.flatMap((section) => [
      "",
      `## ${section.key}`,
      "",
      section.meaning + (section.kind === "list" ? " A list; each entry has these keys." : ""),
      "",
      ...table((section.entry ?? section).members, section.path),
    ]),
    "",
  ].join("\n");
}

function table(members: Description[], section: Description["path"]): string[] {
  const rows = members.flatMap((member) => keyRows(member, section.length));
  return [
    "| key | meaning | allowed | default |",
    "|---|---|---|---|",
    ...rows.map((cells) => `| ${cells.map(cell).join(" | ")} |`),
  ];
}

const cell = (text: string) => text.replace(/[|<]/g, (sign) => (sign === "|" ? "\\|" : "&lt;"));

function keyRows(description: Description, depth: number): string[][] {
  const { path, meaning, kind, entry, members, secret } = description;
  const name = nameOf(path.slice(depth)).replace(/^\[\]\./, "");
  const own = [
    `\`${name}\``,
    meaning + (secret ? " Stored with `--secret`." : ""),
    allowedWords(description),
    standard(description),
  ];
  if (kind === "value") return [own];
  return [own, ...(entry?.members ?? members).flatMap((member) => keyRows(member, depth))];
}

function allowedWords({ kind, entry, allowed, exactlyOne }: Description): string {
  if (kind === "map") return "a map";
  if (kind === "value") return allowed;
  if (entry === undefined) return `a list of: ${allowed}`;
  return exactlyOne ? "a list of maps, each with one of the keys below" : "a list of maps";
}

function standard(description: Description): string {
  const { defaultText, required, kind, optional } = description;
  const fixed = fixedDefault(description);
  if (fixed !== undefined) return `\`${inline(fixed)}\``;
  if (required) return "required";
  return kind === "map" && !optional ? "" : (defaultText ?? "none");
}
