import { Level, Policy } from "../core/policy";
import { Report } from "../manifests/check";
import { toJUnit } from "./junit";
import { toMarkdown } from "./markdown";
import { toSarif } from "./sarif";
import { toText } from "./text";

/** A report as text in some format. `rules` are those that judged, `level` is the lowest that fails the check. */
export type Writer = (report: Report, rules: readonly Policy[], level?: Level) => string;

export type Format = "text" | "json" | "sarif" | "junit" | "markdown";

export const WRITERS: Record<Format, Writer> = {
  text: toText,
  json: (report) => `${JSON.stringify(report, undefined, 2)}\n`,
  sarif: toSarif,
  junit: toJUnit,
  markdown: toMarkdown,
};
