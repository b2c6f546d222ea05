import { homedir } from "node:os";
import { isMap } from "./fields";
import { addFinding, type FindingAt, findingOf, isWithin, type Path, pathOf, valueAt } from "./finding";
import { type ConfigProblem, toProblem } from "./report";
import type { z } from "zod";
import { rankOf, readStructure } from "./structure";

export interface ConfigInput {
  project: string;
  stack: string;
  /** Every configuration value by its full key, `homelab:domain`; maps and lists as JSON, secrets decrypted. */
  values: Record<string, string>;
  /** Full keys that hold a secret, be it only somewhere inside. */
  secretKeys: ReadonlySet<string>;
  /**
   * `config` of the stack file, encrypted values as maps with `secure`. Pulumi tells a program only that a key holds
   * a secret somewhere; with the file, plain neighbours of a secret can be told from it.
   */
  stackFile?: Record<string, unknown>;
  /** Replaces `~` in paths; the user's home directory if left out. */
  home?: string;
}

export type ConfigResult<Config> = { ok: true; config: Config } | { ok: false; problems: ConfigProblem[] };

/** What a configuration may be. */
export interface Definition<Schema extends z.ZodObject, Config> {
  /** Every key, and what is right by itself. */
  schema: Schema;
  /** Keys that were renamed: [former, now]. */
  renamed: readonly (readonly [former: string, key: string])[];
  /** What does not go together. */
  check: (draft: DeepPartial<z.output<Schema>>, broken: (path: Path) => boolean) => FindingAt[];
  /** Fills in the defaults that follow from other values, and turns passwords into secrets. `home` replaces `~`. */
  resolve: (checked: z.output<Schema>, home: string) => Config;
}

/** A configuration while it is being checked: a value with a finding is absent. */
export type DeepPartial<T> = T extends (infer E)[]
  ? DeepPartial<E>[]
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/** The checked configuration with all defaults, or every mistake in it. Never throws for a bad configuration. */
export function parse<Schema extends z.ZodObject, Config>(
  definition: Definition<Schema, Config>,
  input: ConfigInput,
): ConfigResult<Config> {
  const { schema, check, resolve, renamed } = definition;
  const structure = readStructure(schema, ownValues(input, renamed));
  const isPlain = (path: Path) => isStoredPlain(input, structure.given, path);
  const parsed = schema
    .check((context) => {
      const wrong = [...structure.findings.map(({ path }) => path), ...context.issues.map(pathOf)];
      const broken = (path: Path) => wrong.some((ancestor) => isWithin(path, ancestor));
      const draft = prune(context.value, broken) as DeepPartial<z.output<Schema>>;
      for (const finding of check(draft, broken)) addFinding(context.issues, finding, finding.path);
    })
    .safeParse(structure.tree);

  const findings = [
    ...structure.findings,
    ...(parsed.error?.issues ?? []).map(findingOf),
    ...structure.secrets.filter(isPlain).map(plainSecret),
  ];
  if (parsed.success && findings.length === 0) return { ok: true, config: resolve(parsed.data, input.home ?? homedir()) };
  const context = { ...input, given: structure.given, isPlain, secrets: structure.secrets };
  return { ok: false, problems: inOrder(withoutConsequences(findings), schema).map((finding) => toProblem(finding, context)) };
}

/** The values of the project's own namespace, without it. Providers and the engine have theirs. */
function ownValues({ project, values }: ConfigInput, keys: Renamed): Record<string, string> {
  const prefix = `${project}:`;
  const entries = Object.entries(values).filter(([key]) => key.startsWith(prefix));
  const own = Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]));
  const renamed = formerKeys({ project, values }, keys).map(([former, key]) => [key, own[former]!] as const);
  const outdated = new Set(formerKeys({ project, values }, keys).map(([former]) => former));
  return { ...Object.fromEntries(Object.entries(own).filter(([key]) => !outdated.has(key))), ...Object.fromEntries(renamed) };
}

type Renamed = Definition<z.ZodObject, unknown>["renamed"];

/** The former names of keys that a stack still uses, with the names of today. Where both are given, the former is no key at all. */
export function formerKeys({ project, values }: Pick<ConfigInput, "project" | "values">, renamed: Renamed): Renamed {
  // A key that the project declares has its default where the stack leaves it out.
  const isGiven = (key: string) => !["", "[]", "{}"].includes(values[`${project}:${key}`] ?? "");
  return renamed.filter(([former, key]) => values[`${project}:${former}`] !== undefined && !isGiven(key));
}

/** Whether anybody who reads the stack file reads this value: no secret in its key, or the file has it in plain text. */
function isStoredPlain({ project, secretKeys, stackFile }: ConfigInput, given: unknown, path: Path): boolean {
  const [key, ...rest] = path;
  if (!secretKeys.has(`${project}:${key}`)) return true;
  const stored = valueAt(stackFile?.[`${project}:${key}`], rest);
  const isText = typeof stored === "string" || typeof stored === "number" || typeof stored === "boolean";
  return isText && String(stored) === String(valueAt(given, path));
}

function plainSecret(path: Path): FindingAt {
  return {
    path,
    cause: "is stored in plain text, so everybody who can read the stack file knows it",
    allowed: "a value that Pulumi keeps encrypted; choose a new one, since this one was readable",
    fix: { setSecret: true },
  };
}

/** The value without what has a finding: zod fills in a default there, which nobody chose. */
function prune(value: unknown, broken: (path: Path) => boolean, path: Path = []): unknown {
  if (path.length > 0 && broken(path)) return undefined;
  if (Array.isArray(value)) return value.map((entry, i) => prune(entry, broken, [...path, i]) ?? {});
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, prune(member, broken, [...path, key])]));
}

/** First things first: nothing below another finding, and nothing that is missing only because it is misspelt. */
function withoutConsequences(findings: FindingAt[]): FindingAt[] {
  const moved = findings.flatMap(({ fix }) => [fix].flat().flatMap((step) => ("moveTo" in step ? [step.moveTo] : [])));
  return findings.filter(({ path, cause }) => {
    const isBelow = findings.some((other) => other.path.length < path.length && isWithin(path, other.path));
    return !isBelow && !(cause === "is missing" && moved.some((target) => String(target) === String(path)));
  });
}

/** In the order of the schema's keys. */
function inOrder(findings: FindingAt[], schema: z.ZodObject): FindingAt[] {
  return findings
    .map((finding) => ({ finding, rank: rankOf(schema, finding.path) }))
    .sort((one, other) => compareRanks(one.rank, other.rank))
    .map(({ finding }) => finding);
}

function compareRanks(one: number[], other: number[]): number {
  const at = one.findIndex((rank, i) => rank !== other[i]);
  return at < 0 ? one.length - other.length : one[at]! - (other[at] ?? -1);
}
