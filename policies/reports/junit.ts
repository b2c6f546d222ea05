import { Level, Policy } from "../core/policy";
import { Report, Reported } from "../manifests/check";
import { whereabouts } from "./text";

/** One suite a rule; one failed case a finding that fails the check, one passed case where a rule has none. */
export function toJUnit({ findings }: Report, rules: readonly Policy[], level: Level = "mandatory"): string {
  const byRule = new Map<string, Reported[]>(rules.map(({ id }) => [id, []]));
  for (const finding of findings) {
    const suite = byRule.get(finding.rule);
    if (suite) suite.push(finding);
    else byRule.set(finding.rule, [finding]);
  }
  const failed = (finding: Reported) => level === "advisory" || finding.level === "mandatory";
  const suites = [...byRule].map(([id, found]) => suite(id, found, failed));
  const tests = findings.length + [...byRule.values()].filter((found) => found.length === 0).length;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="policies" tests="${tests}" failures="${findings.filter(failed).length}">\n${suites.join("")}</testsuites>\n`;
}

function suite(id: string, findings: Reported[], failed: (finding: Reported) => boolean): string {
  const name = attribute(id);
  const cases = findings.map((finding) => testCase(name, finding, failed(finding)));
  if (cases.length === 0) cases.push(`    <testcase classname="${name}" name="all objects"/>\n`);
  return `  <testsuite name="${name}" tests="${cases.length}" failures="${findings.filter(failed).length}">\n${cases.join("")}  </testsuite>\n`;
}

function testCase(rule: string, finding: Reported, failed: boolean): string {
  const { kind, namespace, name, path, severity } = finding;
  const object = kind && `${kind} ${namespace ? `${namespace}/${name}` : name}`;
  const title = attribute([whereabouts(finding), object, path].filter(Boolean).join(" "));
  const message = attribute(finding.message);
  const body = failed ? `<failure type="${severity}" message="${message}"/>` : `<system-out>${message}</system-out>`;
  return `    <testcase classname="${rule}" name="${title}">${body}</testcase>\n`;
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
