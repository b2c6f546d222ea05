import { clean } from "../core/text";
import { Report, Reported } from "../manifests/check";

/** `file:line level rule path`, and under it the message: what editors and people can follow. */
export function toText({ findings, resources }: Report): string {
  const lines = findings.map(
    (finding) => `${whereabouts(finding)} ${finding.level} [${finding.rule}] ${clean(finding.path)}\n    ${finding.message}\n`,
  );
  return `${lines.join("")}${summary({ findings, resources })}\n`;
}

export function whereabouts({ file, line }: Reported): string {
  return file === "" ? "configuration" : `${clean(file)}:${line}`;
}

export function summary({ findings, resources }: Report): string {
  const mandatory = findings.filter(({ level }) => level === "mandatory").length;
  const objects = `${resources} ${resources === 1 ? "object" : "objects"}`;
  if (findings.length === 0) return `${objects} judged, nothing found.`;
  return `${objects} judged: ${mandatory} mandatory and ${findings.length - mandatory} advisory findings.`;
}
