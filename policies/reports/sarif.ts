import { isAbsolute, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { Policy, Severity } from "../core/policy";
import { BESIDE_RULES, Report, Reported } from "../manifests/check";
import pack from "../package.json";

/** GitHub sorts findings by this number (0 to 10). */
const SECURITY_SEVERITY: Record<Severity, string> = { low: "3.0", medium: "5.0", high: "8.0", critical: "9.5" };

/** SARIF 2.1.0, as code scanning services take it. */
export function toSarif({ findings }: Report, rules: readonly Policy[]): string {
  const known = new Set(rules.map(({ id }) => id));
  const others = [...new Set(findings.map(({ rule }) => rule))].filter((id) => !known.has(id));
  const described = [
    ...rules.map(ruleEntry),
    ...others.map((id) => ({ id, shortDescription: { text: BESIDE_RULES[id] ?? id } })),
  ];
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: pack.name, version: pack.version, semanticVersion: pack.version, rules: described } },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) =>
          result(
            finding,
            described.findIndex(({ id }) => id === finding.rule),
          ),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleEntry({ id, title, rationale, remediation, severity, level, tags }: Policy) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: rationale },
    help: { text: remediation },
    defaultConfiguration: { level: level === "mandatory" ? "error" : "warning" },
    properties: { tags: [...tags], "security-severity": SECURITY_SEVERITY[severity] },
  };
}

/** What comes from no file is placed at one that is only named: services refuse a report with a result that lies nowhere. */
const NOWHERE = new Map([
  ["-", "stdin"],
  ["", "configuration"],
]);

function result(finding: Reported, ruleIndex: number) {
  const { rule, level, message, kind, namespace, name, path, file, line } = finding;
  const location = {
    physicalLocation: {
      artifactLocation: { uri: NOWHERE.get(file) ?? uriOf(file) },
      region: { startLine: Math.max(line, 1) },
    },
    ...(kind
      ? {
          logicalLocations: [
            { name, kind: "resource", fullyQualifiedName: [kind, namespace, name, path].filter(Boolean).join("/") },
          ],
        }
      : {}),
  };
  return {
    ruleId: rule,
    ruleIndex,
    level: level === "mandatory" ? "error" : "warning",
    message: { text: message },
    locations: [location],
  };
}

/** Relative to the working directory where the file lies below it: that is how services find it in a repository. */
function uriOf(file: string): string {
  const path = relative(process.cwd(), resolve(file));
  if (isAbsolute(path) || path === ".." || path.startsWith(`..${sep}`)) return pathToFileURL(file).href;
  return path.split(sep).map(encodeURIComponent).join("/");
}
