import { Policy } from "../core/policy";
import { Report, Reported } from "../manifests/check";
import { whereabouts } from "./text";

/** One suite a rule; one failed case a mandatory finding, one passed case where a rule has none. */
export function toJUnit({ findings }: Report, rules: readonly Policy[]): string {
  const ids = [...new Set([...rules.map(({ id }) => id), ...findings.map(({ rule }) => rule)])];
  const suites = ids.map((id) =>
    suite(
      id,
      findings.filter(({ rule }) => rule === id),
    ),
  );
  const failures = findings.filter(failed).length;
  const tests = findings.length + ids.filter((id) => !findings.some(({ rule }) => rule === id)).length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="policies" tests="${tests}" failures="${failures}">\n${suites.join("")}</testsuites>\n`;
}

function suite(id: string, findings: Reported[]): string {
  const name = attribute(id);
  const cases = findings.map((finding) => testCase(name, finding));
  if (cases.length === 0) cases.push(`    <testcase classname="${name}" name="all objects"/>\n`);
  return `  <testsuite name="${name}" tests="${cases.length}" failures="${findings.filter(failed).length}">\n${cases.join("")}  </testsuite>\n`;
}

function testCase(name: string, finding: Reported): string {
  const title = attribute(`${whereabouts(finding)} ${finding.path}`.trim());
  const message = attribute(finding.message);
  const body = failed(finding)
    ? `<failure type="${finding.severity}" message="${message}"/>`
    : `<system-out>${message}</system-out>`;
  return `    <testcase classname="${name}" name="${title}">${body}</testcase>\n`;
}

function failed({ level }: Reported): boolean {
  return level === "mandatory";
}

/** XML 1.0 has no way to write most control characters, lone surrogates and U+FFFE, not even escaped. */
function attribute(text: string): string {
  return text
    .replace(
      /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      "?",
    )
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
