import { Field } from "../../../kubernetes/objects/field";
import { Finding, attempt, each, finding } from "../../../kubernetes/objects/finding";
import { ObjectView } from "../../core/object";
import { definePolicy } from "../../core/policy";
import { show } from "../../../kubernetes/objects/text";
import { ContainerView, POD_CARRIERS } from "../../../kubernetes/objects/workload";
import { bad, good } from "./plain/examples";
import { secretsIn } from "./plain/commands";
import { secretLine } from "./plain/lines";
import { isSecretName } from "./plain/names";
import { LONGEST, shapeIn } from "./plain/tokens";
import { isSecretValue } from "./plain/values";

interface PlainParams {
  ignoredNames: string[];
}

export const plainSecrets = definePolicy<PlainParams>({
  id: "plain-secrets",
  title: "No secret stands in plain text",
  rationale:
    "What stands in a ConfigMap, a variable, an argument or a chart's values is read by everyone who may look at the " +
    "object, lands in logs and in the repository, and is never rotated.",
  severity: "high",
  level: "mandatory",
  remediation: "Put it into a Secret (from a Pulumi secret) and refer to it by name; change it, for it has been seen.",
  tags: ["security", "secrets"],
  anchors: { controls: ["KSV-0109", "KSV-01010", "C-0012", "C-0207", "CIS 5.4.1"] },
  match: [
    ...POD_CARRIERS,
    { group: "", versions: ["v1"], kinds: ["ConfigMap"] },
    { group: "helm.sh", versions: ["v3", "v4"], kinds: ["Release", "Chart"] },
    { group: "helm.cattle.io", versions: ["v1"], kinds: ["HelmChart", "HelmChartConfig"] },
    { group: "helm.toolkit.fluxcd.io", versions: ["v2"], kinds: ["HelmRelease"] },
  ],
  params: {
    ignoredNames: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: [],
      description: "Names of variables and keys that sound like a secret and hold none",
    },
  },
  *check(view, { ignoredNames }) {
    const ignored = new Set(ignoredNames);
    if (view.pod) yield* each(view.pod.containerLists, (list) => each(list(), (container) => inContainer(container, ignored)));
    else if (view.kind === "ConfigMap") yield* inConfigMap(view, ignored);
    else yield* inValues(view, ignored);
  },
  admission: { notExpressible: "entropy and token shapes are more than CEL's cost limits allow over a whole ConfigMap" },
  good,
  bad,
});

const FIX = "move it into a Secret and refer to that by name, and change it";

function* inContainer({ label: who, field }: ContainerView, ignored: Set<string>): Iterable<Finding> {
  yield* each(field.at("env").items(), function* (variable) {
    const key = variable.at("name").text() ?? "";
    const value = variable.at("value");
    // What is not known before the deployment is no literal in the program.
    if (value.unknown || ignored.has(key)) return;
    const reason = reasonFor(key, value.scalar());
    if (reason) yield finding(value, `${who} has ${reason} in the variable ${show(key)}`, FIX);
  });
  yield* attempt(() => inCommand(who, [...field.at("command").items(), ...field.at("args").items()], "on its command line"));
  for (const probe of PROBES) yield* attempt(() => inHandler(who, field.at(probe)));
  for (const hook of ["postStart", "preStop"]) yield* attempt(() => inHandler(who, field.at("lifecycle", hook)));
}

const PROBES = ["startupProbe", "livenessProbe", "readinessProbe"];

function* inHandler(who: string, handler: Field): Iterable<Finding> {
  if (!handler.exists) return;
  yield* inCommand(who, handler.at("exec", "command").items(), "in the command of a probe or hook");
  for (const header of handler.at("httpGet", "httpHeaders").items()) {
    const reason = shapeIn(header.at("value").text() ?? "");
    if (reason) yield finding(header, `${who} has ${reason} in a header of a probe or hook`, FIX);
  }
}

function* inCommand(who: string, parts: Field[], where: string): Iterable<Finding> {
  const reasons = secretsIn(parts.map((part) => (part.unknown ? undefined : part.scalar())));
  for (const [index, part] of parts.entries()) {
    const reason = reasons[index];
    if (reason) yield finding(part, `${who} has ${reason} ${where}`, FIX);
  }
}

function reasonFor(key: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  return shapeIn(value) ?? (isSecretName(key) && isSecretValue(key, value) ? "a literal secret" : undefined);
}

/** The same for a text that may be a whole file. */
function reasonInFile(key: string, text: string | undefined, ignored: Set<string>): string | undefined {
  const reason = reasonFor(key, text);
  if (reason || text === undefined) return reason;
  const line = secretLine(text, ignored);
  return line === undefined ? undefined : `a literal secret (${show(line)})`;
}

function* inConfigMap(view: ObjectView, ignored: Set<string>): Iterable<Finding> {
  yield* each(view.root.at("data").entries(), function* ([key, field]) {
    if (field.unknown || ignored.has(key)) return;
    const reason = reasonInFile(key, field.scalar(), ignored);
    if (reason) yield finding(field, `has ${reason} under the key ${show(key)}`, FIX);
  });
  yield* each(view.root.at("binaryData").entries(), function* ([key, field]) {
    if (field.unknown || ignored.has(key)) return;
    const bytes = Buffer.from((field.text() ?? "").slice(0, LONGEST), "base64");
    const reason = shapeIn(bytes.toString("latin1"));
    if (reason) yield finding(field, `has ${reason} under the key ${show(key)}`, FIX);
  });
}

/** Values of charts that are this deep or this many are no settings. */
const MAX_DEPTH = 20;
const MAX_VALUES = 20_000;

function* inValues(view: ObjectView, ignored: Set<string>): Iterable<Finding> {
  for (const field of [view.root.at("values"), view.spec.at("values"), view.spec.at("set")]) {
    yield* attempt(() => walk(field, "", ignored, { depth: 0, left: MAX_VALUES }));
  }
  const content = view.spec.at("valuesContent");
  if (content.unknown) return;
  const reason = reasonInFile("", content.text(), ignored);
  if (reason) yield finding(content, `has ${reason} in its values`, FIX);
}

function* walk(field: Field, key: string, ignored: Set<string>, budget: { depth: number; left: number }): Iterable<Finding> {
  if (field.unknown || ignored.has(key) || budget.depth > MAX_DEPTH || budget.left-- <= 0) return;
  const reason = reasonInFile(key, field.scalar(), ignored);
  if (reason) yield finding(field, `has ${reason} in its values (${show(key)})`, FIX);
  budget.depth++;
  for (const item of field.items()) yield* walk(item, key, ignored, budget);
  const entries = field.entries();
  // `- name: DB_PASSWORD, value: ...`, as charts take variables.
  const named = entries.find(([name]) => name === "name")?.[1];
  const variable = named && !named.unknown ? named.text() : undefined;
  for (const [name, child] of entries) yield* walk(child, name === "value" && variable ? variable : name, ignored, budget);
  budget.depth--;
}
