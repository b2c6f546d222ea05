import { clean } from "../../kubernetes/objects/text";
import { Report, Reported } from "../manifests/check";

/** `file:line level rule path`, and under it the message: what editors and people can follow. */
export function toText({ findings, resources }: Report): string {
  const lines = findings.map(
    (finding) =>
      `${whereabouts(finding)} ${finding.level} [${finding.rule}] ${clean(finding.path, 300)}\n    ${clean(finding.message, Infinity)}\n`,
  );
  return `${lines.join("")}${summary({ findings, resources })}\n`;
}

/** `file:line` as long as it is, for it is followed to the place. */
export function whereabouts({ file, line }: Reported): string {
  if (file === "") return "configuration";
  return `${file === "-" ? "standard input" : clean(file, Infinity)}:${line}`;
}

export function summary({ findings, resources }: Report): string {
  const mandatory = findings.filter(({ level }) => level === "mandatory").length;
  const objects = `${resources} ${resources === 1 ? "object" : "objects"}`;
  if (findings.length === 0 && resources === 0) return "No Kubernetes object found, so nothing was judged.";
  if (findings.length === 0) return `${objects} judged, nothing found.`;
  return `${objects} judged: ${mandatory} mandatory and ${findings.length - mandatory} advisory findings.`;
}
