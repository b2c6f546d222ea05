import { clean } from "../../kubernetes/objects/text";
import { Report } from "../manifests/check";
import { summary, whereabouts } from "./text";

/** A table for a pull request's comment or a job's summary. */
export function toMarkdown(report: Report): string {
  const rows = report.findings.map((finding) => {
    const cells = [finding.level, finding.severity, finding.rule, whereabouts(finding), finding.message];
    return `| ${cells.map(escape).join(" | ")} |\n`;
  });
  const table = `| level | severity | rule | where | what and how to mend it |\n|---|---|---|---|---|\n${rows.join("")}\n`;
  return `## Policy check\n\n${rows.length > 0 ? table : ""}${summary(report)}\n`;
}

/** Names from manifests must not become markup: neither a cell's end, nor HTML, nor a link. */
function escape(text: string): string {
  return clean(text.replace(/[\r\n]+/g, " "), Infinity)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/[\\`*_{}[\]()#+!|~]/g, "\\$&");
}
