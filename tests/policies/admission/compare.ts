/** Two judges of the same objects: the checks in TypeScript, and the expressions in the API server's own evaluator. */
import { spawnSync } from "node:child_process";
import { toAdmission, type Scope } from "../../../policies/admission";
import type { Configured } from "../../../policies/configuration";
import { judgeObject } from "../../../policies/core/evaluate";
import { Field } from "../../../kubernetes/objects/field";
import { matches } from "../../../policies/core/policy";
import { ObjectView } from "../../../policies/core/object";

const EVERYWHERE: Scope = { namespaces: [], except: [], warnOnly: false };

export interface Disagreement {
  rule: string;
  object: unknown;
  typescript: string[];
  cel: string[];
}

export interface Comparison {
  disagreements: Disagreement[];
  /** How many objects each rule refused: a rule that refuses none or all was not compared. */
  refused: Record<string, number>;
  judged: Record<string, number>;
}

/** @param evaluator path of the program of lab/admission */
export function compare(objects: readonly Record<string, unknown>[], configured: Configured, evaluator: string): Comparison {
  const policies = toAdmission(configured, EVERYWHERE).filter(({ policy }) => policy.paramKind === undefined);
  const settings = policies.map(({ rule }) => configured.settings.find(({ policy }) => policy.id === rule)!);
  const views = objects.map(
    (object) => new ObjectView({ apiVersion: String(object.apiVersion), kind: String(object.kind) }, new Field(object)),
  );
  const concerned = views.map((view) => settings.flatMap(({ policy }, index) => (matches(policy, view.type) ? [index] : [])));
  const input = {
    policies: policies.map(({ name, policy }) => ({ metadata: { name }, spec: policy })),
    objects: objects.map((object, index) => ({ object, policies: concerned[index] })),
  };
  const answer = spawnSync(evaluator, { input: JSON.stringify(input), encoding: "utf8", maxBuffer: 1 << 29 });
  if (answer.status !== 0) throw new Error(answer.stderr);
  const verdicts = JSON.parse(answer.stdout) as Record<string, string[]>[];
  const comparison: Comparison = { disagreements: [], refused: {}, judged: {} };
  views.forEach((view, at) => {
    for (const index of concerned[at]!) {
      const { name, rule } = policies[index]!;
      const typescript = judgeObject({ ...settings[index]!, level: "mandatory" }, view, configured.judging)
        .filter(({ level }) => level === "mandatory")
        .map(({ message }) => message);
      const cel = verdicts[at]![name] ?? [];
      comparison.judged[rule] = (comparison.judged[rule] ?? 0) + 1;
      if (cel.length > 0) comparison.refused[rule] = (comparison.refused[rule] ?? 0) + 1;
      if (cel.length > 0 !== typescript.length > 0) comparison.disagreements.push({ rule, object: objects[at], typescript, cel });
    }
  });
  return comparison;
}
