import { Field } from "../../../../kubernetes/objects/field";
import type { Finding } from "../../../../kubernetes/objects/finding";
import { podOf, type PodView } from "../../../../kubernetes/objects/workload";
import { groupOf } from "../../../../kubernetes/kinds";
import { podSecurityFindings, type PodSecurityLevel } from "../../../../kubernetes/podSecurity";
import { nameOf, type KubeObject } from "./objects";
import type { AdaptSettings } from "./settings";

/**
 * What the app's level forbids in the pods that an object makes. The API server itself says it long after a deployment began and to
 * nobody who waits: the object is created, and its pods never appear.
 */
export function podSecurityProblems(object: KubeObject, { podSecurity }: Pick<AdaptSettings, "podSecurity">): string[] {
  const pod = podOf(`${groupOf(object.apiVersion)}/${object.kind}`, new Field(object));
  if (pod === undefined) return [];
  const all = findings(pod, podSecurity);
  if (podSecurity !== "restricted") return problems(object, podSecurity, all, PRIVILEGED);
  const atBaseline = findings(pod, "baseline");
  const forbiddenThere = (one: Finding) => atBaseline.some(({ path }) => isWithin(path, one.path));
  return [
    ...problems(
      object,
      podSecurity,
      all.filter((one) => !forbiddenThere(one)),
      "podSecurity: baseline",
    ),
    ...problems(object, podSecurity, all.filter(forbiddenThere), PRIVILEGED),
  ];
}

const PRIVILEGED = "podSecurity: privileged, for which the policies print the exemption that it needs,";

/** As the namespace's label has it: the newest version that the API server knows. */
function findings(pod: PodView, level: PodSecurityLevel): readonly Finding[] {
  return podSecurityFindings(pod, level, { version: "latest", patch: false });
}

/** Whether a place lies in another one: the levels name the same fault at different depths. */
function isWithin(path: string, whole: string): boolean {
  return path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);
}

/** One problem for everything that has one remedy in the block. */
function problems(object: KubeObject, level: PodSecurityLevel, found: readonly Finding[], block: string): string[] {
  if (found.length === 0) return [];
  const lines = found.map(({ message, fix }) => `${message}: ${fix}`);
  return [
    `${nameOf(object)} has what podSecurity: ${level} forbids; change it in the values, or set ${block} in the app's block:` +
      (lines.length === 1 ? ` ${lines[0]}` : lines.map((line) => `\n      ${line}`).join("")),
  ];
}
