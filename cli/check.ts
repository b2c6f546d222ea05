import { readFileSync, writeSync } from "node:fs";
import { command, DONE, FAILED } from "./shared/command";
import { UserError } from "../shared/process";
import { configure, today } from "../policies/configuration";
import { isRecord } from "../kubernetes/objects/field";
import { checkManifests } from "../policies/manifests/check";
import { CannotRead, Source, readSources } from "../policies/manifests/files";
import { parseDocuments } from "../kubernetes/yaml";
import { Format, WRITERS, Writer } from "../policies/reports";
import { toReference } from "../policies/reports/reference";
import { RULES } from "../policies/rules";

interface Options {
  format?: string;
  level?: string;
  config?: string;
  strict?: boolean;
  pss?: string;
  reference?: boolean;
}

const PROFILES = ["baseline", "restricted"];
const LEVELS = ["advisory", "mandatory"] as const;

async function run({ options, rest }: { options: Options; rest: string[] }): Promise<number> {
  if (options.reference) {
    print(toReference(RULES));
    return DONE;
  }
  const format = oneOf("format", options.format ?? "text", Object.keys(WRITERS) as Format[]);
  const level = oneOf("level", options.level ?? "mandatory", LEVELS);
  if (rest.length === 0) throw new UserError("Name at least one file or folder, or - for standard input.", 2);
  const configured = configuredBy(options);
  const report = checkManifests(sources(rest), configured, options.config);
  print(
    written(
      format,
      report,
      configured.settings.map(({ policy }) => policy),
      level,
    ),
  );
  return report.findings.some((finding) => level === "advisory" || finding.level === "mandatory") ? FAILED : DONE;
}

function written(format: Format, ...report: Parameters<Writer>): string {
  try {
    return WRITERS[format](...report);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UserError(`The report is longer than a text can be here. Check fewer files at a time, or use --format text.`, 2);
  }
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(value)) return value as T;
  throw new UserError(`--${option} must be one of ${allowed.join(", ")}.`, 2);
}

function configuredBy({ config, strict, pss }: Options) {
  const entries = config === undefined ? {} : readConfig(config);
  const over = {
    ...(strict ? asked(entries, "settings", { strict: true }) : {}),
    ...(pss === undefined ? {} : asked(entries, "pod-security", { profile: oneOf("pss", pss, PROFILES) })),
  };
  try {
    return configure(RULES, { ...entries, ...over }, today());
  } catch (error) {
    throw new UserError(`The configuration ${config} has mistakes:\n${(error as Error).message}`, 2);
  }
}

/** What the command line asks of a rule, over what the configuration says. */
function asked(entries: Record<string, unknown>, id: string, params: object): Record<string, unknown> {
  const entry = entries[id];
  return { [id]: { ...(isRecord(entry) ? entry : {}), ...params } };
}

function readConfig(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UserError(`Cannot read the configuration ${file}.`, 2);
  }
  const [document] = parseDocuments(text);
  if (document && "value" in document && isRecord(document.value)) return document.value;
  throw new UserError(`The configuration ${file} is no JSON or YAML object.`, 2);
}

function* sources(paths: string[]): Iterable<Source> {
  try {
    yield* readSources(paths);
  } catch (error) {
    throw error instanceof CannotRead ? new UserError(error.message, 2) : error;
  }
}

/** Whole, also into a pipe: leaving the process would cut off what is still waiting. */
function print(text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") return;
      if (code !== "EAGAIN") throw error;
    }
  }
}

command<Options>({
  name: "check",
  usage:
    "-- [--pss baseline|restricted] [--format text|json|sarif|junit|markdown] [--level advisory|mandatory] [--config FILE] [--strict] PATH...",
  options: {
    format: { type: "string" },
    level: { type: "string" },
    config: { type: "string" },
    strict: { type: "boolean" },
    pss: { type: "string" },
    reference: { type: "boolean" },
  },
  help: `
Judges Kubernetes manifests by the rules of the policy pack: files, folders, - for standard input (what helm template or
kustomize build print). YAML with any number of documents, JSON, Lists.

  --pss       the profile of the Pod Security Standards (default: baseline)
  --level     the lowest level that fails the check (default: mandatory)
  --config    levels, parameters and exemptions, in the form of pulumi --policy-pack-config
  --reference prints what the rules are, instead of judging anything (policies/RULES.md)
  --strict    what cannot be verified counts as much as the rule itself

Ends with 0 when nothing is found, 1 when something is, 2 when something cannot be read.`,
  run,
});
