import { formatKey, removeCommand, setCommand, setSecretCommand, visible, type StackName } from "./commands";
import { type FindingAt, type Fix, type Path, valueAt } from "./finding";

/** One mistake, in words for the person who has to mend it. */
export interface ConfigProblem {
  /** The key as typed in `pulumi config set --path`, with the project's namespace. */
  key: string;
  /** The configured value; absent if there is none, if it is a map or a list, or if it may be a secret. */
  value?: string;
  /** What is wrong: the rest of a sentence that begins with the key. */
  cause: string;
  /** What may stand there. */
  allowed: string;
  /** What to do: a command where one does it, else a sentence. Lines are divided by line breaks. */
  fix: string;
}

/** Of every key, whatever the project is called: `pulumi new --name` gives it another name, and the keys stay as documented. */
export const NAMESPACE = "homelab";

export interface ReportContext extends StackName {
  /** The configuration as given. */
  given: unknown;
  /** Whether the value at the path is stored in plain text, so that showing it tells nobody anything new. */
  isPlain: (path: Path) => boolean;
  /** Paths of values that are never shown. */
  secrets: Path[];
}

export function toProblem(finding: FindingAt, context: ReportContext): ConfigProblem {
  const { path, cause, allowed } = finding;
  const value = finding.private ? undefined : shownValue(path, context);
  return {
    key: formatKey(context.project, path),
    ...(value !== undefined && { value }),
    cause,
    allowed,
    fix: [finding.fix]
      .flat()
      .map((fix) => fixText(path, fix, context))
      .join("\n"),
  };
}

function shownValue(path: Path, context: ReportContext): string | undefined {
  const value = valueAt(context.given, path);
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  if (!mayShow(path, context)) return "(not shown, it is or may hold a secret)";
  return typeof value === "string" ? visible(value) : String(value);
}

function mayShow(path: Path, { secrets, isPlain, given }: ReportContext): boolean {
  if (secrets.some((secret) => secret.join("\0") === path.join("\0")) || !isPlain(path)) return false;
  // A URL with credentials: https://user:password@host
  return !/:\/\/[^/]*@/.test(String(valueAt(given, path)));
}

function fixText(path: Path, fix: Fix, context: ReportContext): string {
  if ("set" in fix) return setCommand(context, fix.key ?? path, fix.set);
  if ("run" in fix) return fix.run;
  if ("repair" in fix) {
    const open = mayShow(path, context) && mayShow(fix.source ?? path, context);
    return open ? setCommand(context, path, fix.repair) : "set it again, to a value as above";
  }
  if ("setSecret" in fix) return setSecretCommand(context, path);
  if ("remove" in fix) return removeCommand(context, fix.key ?? path);
  if ("moveTo" in fix) return moveText(path, fix, context);
  return fix.say;
}

function moveText(path: Path, fix: Extract<Fix, { moveTo: Path }>, context: ReportContext): string {
  if (!fix.split && !fix.secret) {
    const verb = fix.moveTo.length === path.length ? "rename" : "move";
    return `${verb} it to ${formatKey(context.project, fix.moveTo)} in Pulumi.${context.stack}.yaml`;
  }
  const set = fix.secret ? setSecretCommand(context, fix.moveTo) : setCommand(context, fix.moveTo, "<value>");
  return [removeCommand(context, path, fix.split), set].join("\n");
}

/** All problems as a calm, aligned text, without a line break at its end. */
export function formatProblems(problems: readonly ConfigProblem[], name: StackName): string {
  const count = problems.length === 1 ? "one mistake" : `${problems.length} mistakes`;
  const head = `The configuration of stack ${name.stack} has ${count}; nothing was changed.`;
  return [head, ...problems.map(formatProblem)].join("\n\n");
}

function formatProblem(problem: ConfigProblem): string {
  const lines: [string, string][] = [
    ...(problem.value === undefined ? [] : ([["value", problem.value]] as [string, string][])),
    ["allowed", problem.allowed],
    ["fix", problem.fix],
  ];
  const details = lines.map(([label, text]) => `    ${label.padEnd(9)}${wrap(text, 87).join(`\n${" ".repeat(13)}`)}`);
  return [wrap(`  ${problem.key} ${problem.cause}`, 100).join("\n  "), ...details].join("\n");
}

/** Lines of about the width. Commands stay whole, so that they can be copied. */
function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => {
    if (/^(pulumi|kubectl) /.test(line)) return [line];
    return line.match(new RegExp(`.{1,${width}}(?= |$)|\\S+`, "gs"))?.map((part, i) => (i === 0 ? part : part.trim())) ?? [line];
  });
}
