/** The command that judges manifests: `homelab-check`, and `npm run check` of the platform. */
import { readFileSync, writeSync } from "node:fs";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { configure, today } from "../configuration";
import { isRecord } from "../../kubernetes/objects/field";
import { checkManifests } from "../manifests/check";
import { CannotRead, type Source, readSources } from "../manifests/files";
import { parseDocuments } from "../../kubernetes/yaml";
import { type Format, WRITERS, type Writer } from "../reports";
import { toReference } from "../reports/reference";
import { RULES } from "../rules";

const DONE = 0;
const FOUND = 1;
const WRONG = 2;

/** What the person who called has to change; the message says it. */
class UsageError extends Error {}

const OPTIONS = {
  format: { type: "string" },
  level: { type: "string" },
  config: { type: "string" },
  strict: { type: "boolean" },
  pss: { type: "string" },
  reference: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const satisfies ParseArgsConfig["options"];

type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

const USAGE =
  "[--pss baseline|restricted] [--format text|json|sarif|junit|markdown] [--level advisory|mandatory] [--config FILE] [--strict] PATH...";

const HELP = `
Judges Kubernetes manifests by the rules of the policy pack: files, folders, - for standard input (what helm template or
kustomize build print). YAML with any number of documents, JSON, Lists.

  --pss       the profile of the Pod Security Standards (default: baseline)
  --level     the lowest level that fails the check (default: mandatory)
  --config    levels, parameters and exemptions, in the form of pulumi --policy-pack-config
  --reference prints what the rules are, instead of judging anything (RULES.md)
  --strict    what cannot be verified counts as much as the rule itself

Ends with 0 when nothing is found, 1 when something is, 2 when something cannot be read.`;

const PROFILES = ["baseline", "restricted"];
const LEVELS = ["advisory", "mandatory"] as const;

/**
 * Runs the check and prints what it finds.
 * @param command how it is called, for the usage and for what a finding tells to run
 * @returns the exit code: 0 nothing found, 1 findings, 2 something cannot be read or understood
 */
export function check(command: string, args: string[]): number {
  try {
    return run(command, parsed(command, args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    return WRONG;
  }
}

function parsed(command: string, args: string[]): { options: Options; paths: string[] } {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    return { options: values, paths: positionals };
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(". To specify")[0]}\n\nusage: ${command} ${USAGE}`);
  }
}

function run(command: string, { options, paths }: { options: Options; paths: string[] }): number {
  if (options.help) {
    print(`usage: ${command} ${USAGE}\n\n${HELP.trim()}\n`);
    return DONE;
  }
  if (options.reference) {
    print(toReference(RULES));
    return DONE;
  }
  const format = oneOf("format", options.format ?? "text", Object.keys(WRITERS) as Format[]);
  const level = oneOf("level", options.level ?? "mandatory", LEVELS);
  if (paths.length === 0) throw new UsageError("Name at least one file or folder, or - for standard input.");
  const configured = configuredBy(options);
  const report = checkManifests(sources(command, paths), configured, options.config);
  print(
    written(
      format,
      report,
      configured.settings.map(({ policy }) => policy),
      level,
    ),
  );
  return report.findings.some((finding) => level === "advisory" || finding.level === "mandatory") ? FOUND : DONE;
}

function written(format: Format, ...report: Parameters<Writer>): string {
  try {
    return WRITERS[format](...report);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`The report is longer than a text can be here. Check fewer files at a time, or use --format text.`);
  }
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(value)) return value as T;
  throw new UsageError(`--${option} must be one of ${allowed.join(", ")}.`);
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
    throw new UsageError(`The configuration ${config} has mistakes:\n${(error as Error).message}`);
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
    throw new UsageError(`Cannot read the configuration ${file}.`);
  }
  const [document] = parseDocuments(text);
  if (document && "value" in document && isRecord(document.value)) return document.value;
  throw new UsageError(`The configuration ${file} is no JSON or YAML object.`);
}

function* sources(command: string, paths: string[]): Iterable<Source> {
  try {
    yield* readSources(paths, command);
  } catch (error) {
    throw error instanceof CannotRead ? new UsageError(error.message) : error;
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
