import { each, type Finding } from "../objects/finding";
import type { PodView } from "../objects/workload";
import { BASELINE } from "./baseline";
import { toVersion, type PodCheck, type PodSecurity } from "./check";
import { RESTRICTED } from "./restricted";

/*
 * The Pod Security Standards, complete: what the API server's admission refuses in a namespace with the label of a level. One
 * implementation for the policies, which judge everything, and for apps, which are judged by the level of their own block.
 */

/** The levels, strictest last; privileged allows everything. */
export const POD_SECURITY_LEVELS = ["privileged", "baseline", "restricted"] as const;

export type PodSecurityLevel = (typeof POD_SECURITY_LEVELS)[number];

/**
 * What a level of the standards forbids in pods.
 * @param version as `1.34` or `latest`, see the namespace's label enforce-version
 */
export function podSecurityFindings(
  pod: PodView,
  level: PodSecurityLevel,
  { version, patch }: { version: string; patch: boolean },
): readonly Finding[] {
  if (level === "privileged") return [];
  const subject: PodSecurity = { pod, version: toVersion(version), patch };
  return each(checksOf(level, subject.version), (check) => named(check, subject));
}

function named({ id, run }: PodCheck, subject: PodSecurity): Finding[] | undefined {
  const found = run(subject);
  if (found.length === 0) return undefined;
  return found.map((one) => ({ ...one, message: `${one.message} (Pod Security Standards, ${id})` }));
}

const CHECKS = new Map<string, PodCheck[]>();

/** A check of the restricted profile takes the place of the weaker one that baseline has of the same kind. */
function checksOf(level: "baseline" | "restricted", version: number): PodCheck[] {
  const key = `${level} ${version}`;
  const known = CHECKS.get(key);
  if (known) return known;
  const all = level === "baseline" ? BASELINE : [...BASELINE, ...RESTRICTED];
  const current = all.filter(({ since }) => version >= since);
  const replaced = new Set(current.flatMap(({ replaces }) => replaces ?? []));
  const checks = current.filter(({ id }) => !replaced.has(id));
  CHECKS.set(key, checks);
  return checks;
}
