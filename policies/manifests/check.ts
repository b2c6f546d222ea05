import { basename } from "node:path";
import { Verdict, complaint, judge } from "../core/evaluate";
import { Field, isRecord } from "../../kubernetes/objects/field";
import { ObjectView, expand } from "../core/object";
import { Level, Severity } from "../core/policy";
import { listed } from "../../kubernetes/objects/text";
import { Configured } from "../configuration";
import { Source } from "./files";
import { mayHavePlaceholders, withUnknown } from "./placeholders";
import { parseDocuments } from "../../kubernetes/yaml";

/** One line of a report; the shape that `--format json` promises. */
export interface Reported {
  rule: string;
  severity: Severity;
  level: Level;
  /** Object, what is wrong, and the fix. */
  message: string;
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  file: string;
  /** Where the object begins, from 1. */
  line: number;
  /** Place within the object, as `spec.replicas`; empty for the object as a whole. */
  path: string;
}

export interface Report {
  findings: Reported[];
  /** How many objects were judged; the items of Lists count one by one. */
  resources: number;
}

/** What is reported beside the rules: unreadable files and wrong exemptions. */
const UNREADABLE = "unreadable-manifest";
const EXEMPTIONS = "exemptions";
export const BESIDE_RULES: Record<string, string> = {
  [UNREADABLE]: "Manifests can be read and judged",
  [EXEMPTIONS]: "Exemptions are complete and not expired",
};

interface Place {
  file: string;
  line: number;
}

/** Judges every object of the sources, and all of them together; `configuration` is the file that holds the exemptions. */
export function checkManifests(sources: Iterable<Source>, configured: Configured, configuration = ""): Report {
  const places = new Map<ObjectView, Place>();
  const findings: Reported[] = configured.judging.exemptions.violations.map(({ message, fix }) => ({
    ...bare({ file: configuration, line: 1 }),
    rule: EXEMPTIONS,
    message: `${message}. Fix: ${fix}.`,
  }));
  const { strict } = configured.judging;
  for (const source of sources) for (const finding of load(source, places, strict)) findings.push(finding);
  const views = [...places.keys()];
  for (const verdict of judge(views, configured.settings, configured.judging, configuration || undefined)) {
    findings.push(reported(verdict, places.get(verdict.object)!));
  }
  return { findings: inOrder(findings), resources: views.length };
}

/** By file, in the order in which they were read, and within it by line. */
function inOrder(findings: Reported[]): Reported[] {
  const files = new Map<string, number>();
  for (const { file } of findings) if (!files.has(file)) files.set(file, files.size);
  return [...findings].sort((a, b) => files.get(a.file)! - files.get(b.file)! || a.line - b.line);
}

function* load(source: Source, places: Map<ObjectView, Place>, strict: boolean): Iterable<Reported> {
  const { file, fault } = source;
  if (fault) {
    const level = fault.unverifiable && !strict ? "advisory" : "mandatory";
    yield { ...bare({ file, line: fault.line }), level, message: fault.message };
  }
  let templates = 0;
  const placeholders = mayHavePlaceholders(source.text);
  for (const document of parseDocuments(source.text)) {
    const place = { file, line: document.line };
    if ("error" in document) {
      // Once is enough: a template breaks at every second document.
      if ((document.template && templates++ > 0) || (source.found && isSettings(source))) continue;
      yield {
        ...bare(place),
        message: `the document is not valid YAML or JSON: ${document.error}. Fix: correct the file.`,
      };
      continue;
    }
    const values: unknown[] = Array.isArray(document.value) ? document.value : [document.value];
    for (const value of values) {
      const wrong = admit(placeholders && isRecord(value) ? withUnknown(value) : value, source, place, places);
      if (wrong) yield { ...bare(place), level: wrong.foreign && !strict ? "advisory" : "mandatory", message: wrong.message };
    }
  }
}

/** Settings of programs that allow comments in JSON, as tsconfig.json. */
function isSettings({ file, text }: Source): boolean {
  return /\.json$/i.test(file) && !text.includes('"apiVersion"');
}

interface Complaint {
  message: string;
  /** Nothing of it is a manifest's: the file is of another program, and was asked for among others, as a hook for commits does. */
  foreign: boolean;
}

/** Takes a document in as objects; the complaint when it is none. */
function admit(value: unknown, { file, found }: Source, place: Place, places: Map<ObjectView, Place>): Complaint | undefined {
  const root = new Field(value);
  const [apiVersion, kind] = [root.at("apiVersion").text(), root.at("kind").text()];
  if (apiVersion && kind) {
    for (const view of expand({ apiVersion, kind }, root)) places.set(view, place);
    return undefined;
  }
  // Folders also hold values files, settings and the like, which are not meant for a cluster.
  if (found && (!isRecord(value) || (!kind && (!apiVersion || basename(file) === "Chart.yaml")))) return undefined;
  const missing = [...(apiVersion ? [] : ["apiVersion"]), ...(kind ? [] : ["kind"])];
  return {
    message: `the document is no Kubernetes object: it has no ${listed(missing)}. Fix: add what is missing, or leave the file out.`,
    foreign: missing.length === 2 && isRecord(value) && file !== "-",
  };
}

function bare({ file, line }: Place): Reported {
  return {
    rule: UNREADABLE,
    severity: "high",
    level: "mandatory",
    message: "",
    apiVersion: "",
    kind: "",
    namespace: "",
    name: "",
    file,
    line,
    path: "",
  };
}

function reported(verdict: Verdict, { file, line }: Place): Reported {
  const { rule, severity, level, path, object } = verdict;
  return {
    rule,
    severity,
    level,
    message: complaint(verdict),
    apiVersion: object.identity.apiVersion,
    kind: object.kind,
    namespace: object.namespace,
    name: object.name,
    file,
    line,
    path,
  };
}
