/*
 * Checks of other linters that ask every workload for several pods or for rolling updates: right for a program without state, harmful
 * to one that must be alone. As their sources have it (docs/policies-compared.md).
 */

/** By the linter's name; `kinds` as far as the check speaks of workloads that have one pod. */
const CHECKS = [
  { linter: "kube-score", check: "deployment-strategy", kinds: ["Deployment"] },
  { linter: "kube-score", check: "deployment-replicas", kinds: ["Deployment"] },
  { linter: "kube-linter", check: "no-rolling-update-strategy", kinds: ["Deployment"] },
  { linter: "kube-linter", check: "minimum-three-replicas", kinds: ["Deployment", "StatefulSet"] },
  { linter: "kubescape", check: "no-rolling-update-strategy", kinds: ["Deployment"] },
  { linter: "polaris", check: "deploymentMissingReplicas", kinds: ["Deployment"] },
  { linter: "kyverno", check: "require-deployments-have-multiple-replicas", kinds: ["Deployment"] },
] as const;

/** `linter/check` of each. */
export const CONTRARY_CHECKS: readonly string[] = CHECKS.map(({ linter, check }) => `${linter}/${check}`);

const KUBE_SCORE = "kube-score/ignore";

/**
 * The annotations of a workload with those that keep the linters quiet about its one pod. What it says itself stands; kube-score's
 * list is added to. Kubescape and kyverno read no annotation: their exceptions are objects of their own.
 */
export function withLinterAnnotations(
  kind: string,
  given: Record<string, string> | undefined,
  reason: string,
): Record<string, string> {
  const checks = CHECKS.filter(({ kinds }) => (kinds as readonly string[]).includes(kind));
  const of = (name: string) => checks.filter(({ linter }) => linter === name).map(({ check }) => check);
  const ignored = (given?.[KUBE_SCORE] ?? "").split(",").map((check) => check.trim());
  const scores = [...new Set([...ignored.filter((check) => check !== ""), ...of("kube-score")])];
  return {
    ...Object.fromEntries(of("kube-linter").map((check) => [`ignore-check.kube-linter.io/${check}`, reason])),
    ...Object.fromEntries(of("polaris").map((check) => [`polaris.fairwinds.com/${check}-exempt`, "true"])),
    ...given,
    ...(scores.length > 0 ? { [KUBE_SCORE]: scores.join(",") } : {}),
  };
}
