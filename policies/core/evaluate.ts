import { Exemptions } from "../exemptions";
import { grantFor, type Grant } from "../exemptions/grants";
import { Finding, attempt, unverifiable } from "../../kubernetes/objects/finding";
import { Inventory } from "./inventory";
import { Field } from "../../kubernetes/objects/field";
import { ObjectView, describe } from "./object";
import { clean } from "../../kubernetes/objects/text";
import { unknownPath } from "../../kubernetes/objects/unknown";
import { CrossFinding, Level, Policy, Severity, matches } from "./policy";

/** A finding with everything that its carriers print. */
export interface Verdict {
  rule: string;
  severity: Severity;
  level: Level;
  message: string;
  fix: string;
  path: string;
  object: ObjectView;
  /** It is about the deployment as a whole, see CrossFinding. */
  whole?: boolean;
}

/** One rule with what the configuration makes of it. */
export interface Setting {
  policy: Policy;
  params: object;
  level: Level;
}

export interface Judging {
  exemptions: Exemptions;
  /** What cannot be verified counts as much as the rule itself. */
  strict: boolean;
  /** Ports that apps expose: what is found at one is only said, with the reason. */
  grants?: readonly Grant[];
}

/** What a rule says about one object by itself. */
export function judgeObject(setting: Setting, view: ObjectView, judging: Judging): readonly Verdict[] {
  const { policy, params } = setting;
  if (!policy.check || !matches(policy, view.type)) return NONE;
  const check = () => policy.check!(view, params);
  const found = collect(
    setting,
    () => attempt(check),
    (part) => ({ ...part, object: view }),
    view,
  );
  return found.length === 0 ? NONE : verdicts(setting, found, judging);
}

const NONE: readonly Verdict[] = [];

/** A mended copy of the object, or why it is left as it is. */
export type Remedy = { object: Record<string, unknown> } | { reason: string };

/**
 * What a rule's `fix` makes of an object that the rule refuses. What is exempt is not refused; a copy that would be refused for the
 * same rule is no remedy. Undefined where there is nothing to mend.
 */
export function remedyOf(setting: Setting, view: ObjectView, judging: Judging): Remedy | undefined {
  const { policy, params } = setting;
  const refusals = (object: ObjectView) => judgeObject(setting, object, judging).filter(({ level }) => level === "mandatory");
  if (!policy.fix || refusals(view).length === 0) return undefined;
  let object: Record<string, unknown> | undefined;
  try {
    object = policy.fix(view, params);
  } catch (error) {
    const unknown = unknownPath(error);
    if (unknown === undefined) throw error;
    return { reason: `${unknown} is not known before the deployment` };
  }
  if (!object) return { reason: "nothing that remediation may change would mend it" };
  const [left] = refusals(new ObjectView(view.identity, new Field(object), view.logicalName));
  return left ? { reason: `what remediation may change does not mend all of it: the object then ${left.message}` } : { object };
}

/** What a rule says about all objects together. */
export function judgeTogether(setting: Setting, inventory: Inventory, judging: Judging): Verdict[] {
  const { policy, params } = setting;
  const [first] = inventory.objects;
  if (!policy.crossCheck || !first) return [];
  const found = collect(
    setting,
    () => policy.crossCheck!(inventory, params),
    (part) => part,
    first,
  );
  return verdicts(setting, found, judging);
}

function collect<F extends Finding>(
  { policy }: Setting,
  run: () => Iterable<F>,
  locate: (finding: F) => CrossFinding,
  fallback: ObjectView,
): CrossFinding[] {
  const found: CrossFinding[] = [];
  try {
    for (const part of run()) found.push(locate(part));
  } catch (error) {
    const unknown = unknownPath(error);
    if (unknown !== undefined) {
      found.push({
        ...unverifiable(
          unknown,
          `cannot be verified: ${unknown} is not known before the deployment`,
          "make the value known at preview",
        ),
        object: fallback,
      });
      return found;
    }
    // A rule that breaks must not turn into a pass.
    const cause = error instanceof Error ? error.message : String(error);
    found.push({
      object: fallback,
      path: "",
      message: `could not be judged by ${policy.id}: ${cause.slice(0, 200)}`,
      fix: "correct the object's shape, or report this as a fault of the rule",
    });
  }
  return found;
}

function verdicts({ policy, level }: Setting, found: CrossFinding[], { exemptions, strict, grants = [] }: Judging): Verdict[] {
  return found
    .filter(({ object, whole }) => whole || !exemptions.cover(policy.id, object))
    .map((part) => {
      const grant = part.whole ? undefined : grantFor(grants, policy.id, part.object, part.path);
      return {
        rule: policy.id,
        severity: policy.severity,
        level: grant || part.advice || (part.unverifiable && !strict) ? "advisory" : level,
        message: grant ? `${part.message}, which the app ${grant.app} declares (expose): ${clean(grant.reason)}` : part.message,
        fix: grant ? "none is asked for; take the entry out of expose when its reason is gone" : part.fix,
        path: part.path,
        object: part.object,
        ...(part.whole ? { whole: true } : {}),
      };
    });
}

/** The line that a person reads: rule, object, what is wrong, what to do. */
export function sentence(verdict: Verdict): string {
  return `[${verdict.rule}] ${complaint(verdict)}`;
}

/** The same where the rule is said beside it. */
export function complaint({ object, whole, message, fix }: Verdict): string {
  return `${whole ? "The deployment" : describe(object)}: ${message}. Fix: ${fix}.`;
}

/** Every rule over every object, and then over all of them together; `parameters` as the inventory has it. */
export function judge(
  views: readonly ObjectView[],
  settings: readonly Setting[],
  judging: Judging,
  parameters?: string,
): Verdict[] {
  const verdicts: Verdict[] = [];
  const byType = new Map<string, Setting[]>();
  for (const view of views) {
    let concerned = byType.get(view.type);
    if (!concerned) byType.set(view.type, (concerned = settings.filter(({ policy }) => matches(policy, view.type))));
    for (const setting of concerned) for (const verdict of judgeObject(setting, view, judging)) verdicts.push(verdict);
  }
  const inventory = new Inventory(views, parameters);
  // One by one: as the arguments of one call, a large cluster's findings are more than the stack holds.
  for (const setting of settings) for (const verdict of judgeTogether(setting, inventory, judging)) verdicts.push(verdict);
  return verdicts;
}
