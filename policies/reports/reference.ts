import { Policy } from "../core/policy";
import { Schema } from "../core/schema";

/** The page that describes every rule, from the rules themselves: a table, and a section for each. */
export function toReference(rules: readonly Policy[]): string {
  const rows = rules.map(
    ({ id, title, severity, level, tags }) => `| [${id}](#${id}) | ${title} | ${severity} | ${level} | ${tags.join(", ")} |`,
  );
  return [
    "# The rules",
    "",
    "Written by `homelab-check --reference`; change the rules, not this page.",
    "",
    "| rule | what it demands | severity | level | about |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    ...rules.flatMap(section),
  ].join("\n");
}

function section(rule: Policy): string[] {
  const { id, title, rationale, remediation, anchors, good, bad } = rule;
  return [
    `## ${id}`,
    "",
    `${title}. ${rationale}`,
    "",
    `**To mend it:** ${remediation}`,
    "",
    ...(anchors?.controls ? [`Elsewhere: ${anchors.controls.join(", ")}.`, ""] : []),
    ...(anchors?.contraries ? [`Disagrees with ${anchors.contraries.join(", ")}, which are right for other workloads.`, ""] : []),
    ...parameters(rule),
    ...enforcement(rule),
    "",
    `Allows ${good.map((example) => example.title).join("; ")}.`,
    "",
    `Refuses ${bad.map((example) => example.title).join("; ")}.`,
    "",
  ];
}

function parameters({ params }: Policy): string[] {
  const entries = Object.entries<Schema>(params as Record<string, Schema>);
  if (entries.length === 0) return [];
  const rows = entries.map(
    ([name, { description, default: value }]) => `| \`${name}\` | ${cell(description ?? "")} | ${code(value)} |`,
  );
  return ["| parameter | meaning | default |", "|---|---|---|", ...rows, ""];
}

function code(value: unknown): string {
  const text = Array.isArray(value) ? value.join(", ") : String(value);
  return text === "" ? "none" : `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replace(/\|/g, "\\|");
}

function enforcement({ check, crossCheck, fix, admission }: Policy): string[] {
  const seen = [...(check ? ["on each object"] : []), ...(crossCheck ? ["across objects"] : [])].join(" and ");
  const admitted =
    "notExpressible" in admission
      ? `not at admission: ${admission.notExpressible}`
      : `at admission too${admission.beyond ? `, but for ${admission.beyond}` : ""}`;
  return [`Judges ${seen}; ${fix ? "mends by itself at the level remediate; " : ""}${admitted}.`];
}
