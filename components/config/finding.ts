import type { z } from "zod";

/** Where a value stands below the project's namespace: `["registry", "users", 0, "name"]`. */
export type Path = readonly (string | number)[];

/**
 * One mistake, before it is put into words for a stack. Its texts never quote the configured value: whether that may
 * be shown is decided in one place, report.ts.
 */
export interface Finding {
  /** What is wrong, as the rest of a sentence that begins with the key: "is missing". */
  cause: string;
  /** What may stand there. */
  allowed: string;
  /** What to do, in order. */
  fix: Fix | readonly Fix[];
  /** The value may hold a secret that slipped into the wrong place: do not show it. */
  private?: boolean;
}

export interface FindingAt extends Finding {
  path: Path;
}

export type Fix =
  /** Set the key to a fixed value, or `key` instead of the key at fault. */
  | { set: string; key?: Path }
  /** Set the key to a value made from the configured one, or from that at `source`; it may be a secret's. */
  | { repair: string; source?: Path }
  /** Have the person type it, and store it encrypted. */
  | { setSecret: true }
  /** Remove the key, or `key` instead. */
  | { remove: true; key?: Path }
  /** A command that shows what there is to choose from. */
  | { run: string }
  /** The value is right and its key is not. `split`: the key was set without --path. */
  | { moveTo: Path; split?: true; secret?: boolean }
  | { say: string };

/**
 * Reports without stopping: zod goes on with the other fields and the checks across fields, so that a person sees
 * every mistake at once. A field with a finding has the value `undefined` from there on.
 */
export function addFinding(issues: z.core.$ZodRawIssue[], finding: Finding, path: Path = []): void {
  issues.push({
    code: "custom",
    continue: true,
    input: undefined,
    message: finding.cause,
    path: [...path],
    params: { finding },
  });
}

/** The finding behind one of zod's issues: of this folder's fields and checks, which report nothing else. */
export function findingOf(issue: { path?: readonly PropertyKey[]; params?: unknown; message?: string }): FindingAt {
  const path = pathOf(issue);
  const finding = (issue.params as { finding?: Finding } | undefined)?.finding;
  const unforeseen = { cause: issue.message ?? "is wrong", allowed: "what the README lists", fix: { say: "change it" } };
  return { path, ...(finding ?? unforeseen) };
}

export function pathOf(issue: { path?: readonly PropertyKey[] }): Path {
  return (issue.path ?? []).map((part) => (typeof part === "symbol" ? String(part) : part));
}

/** Whether the path leads to `ancestor` or below it. */
export function isWithin(path: Path, ancestor: Path): boolean {
  return ancestor.length <= path.length && ancestor.every((part, i) => part === path[i]);
}

/** What stands at the path, or undefined. */
export function valueAt(tree: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => {
    const there = typeof value === "object" && value !== null && Object.hasOwn(value, part);
    return there ? (value as Record<string | number, unknown>)[part] : undefined;
  }, tree);
}
