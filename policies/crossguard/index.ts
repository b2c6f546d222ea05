import type {
  Policies,
  PolicyConfigSchema,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { PACK_PARAMS, type PackParams, SETTINGS, judgingOf, today } from "../configuration";
import { Judging, Setting, Verdict, judgeObject, judgeTogether, remedyOf, sentence } from "../core/evaluate";
import { ObjectView, describe } from "../core/object";
import type { Policy } from "../core/policy";
import { ParamTable, paramMistakes, withDefaults } from "../core/schema";
import { Exemptions } from "../exemptions";
import type { Grant } from "../exemptions/grants";
import { offer, offerFor, type Asking } from "../exemptions/offers";
import { askingIn, grantsIn, inventoryOf, isReleased, parametersFile, plain, viewsOf } from "./resources";
import { rewrapped, unwrapped } from "./secrets";

/**
 * The rules as policies of Pulumi. A rule is one policy, which judges each resource before it is created and, where it
 * looks across objects, the whole stack at the end; so it has one name, one level and one set of parameters.
 *
 * Beside the rules stand two policies. "settings", first, takes in what concerns all rules and reports exemptions that
 * are wrong or have expired. "advice", last, reports what is worth knowing but never worth stopping for: a policy of
 * Pulumi has one level for everything it reports.
 */
export function toCrossGuard(rules: readonly Policy[]): Policies {
  const pack = new Pack(rules);
  return [pack.settingsPolicy(), ...rules.map((rule) => pack.rulePolicy(rule)), pack.advicePolicy()];
}

/** Whoever disables the settings, be it with all other policies, does not mean what stands in them. */
const UNSETTLED = `The policy "${SETTINGS}" is disabled: strict mode and exemptions do not hold, and nothing is remediated.`;

type Both = ResourceValidationPolicy & StackValidationPolicy;
type Configuring = Pick<ResourceValidationArgs, "getConfig">;

/** Under this name stands the advice on all resources together; that on one stands under its URN. */
const STACK = "";

/**
 * What the policies of one pack know in common. A policy can read only its own configuration and report only under its own
 * name, so the first puts down here what concerns all, and each rule what the last is to report; a policy that is disabled is
 * never called, and leaves nothing.
 */
class Pack {
  /** Undefined as long as the settings are not known: they come with the first resource, the stack, unless they are disabled. */
  private settled: { config: string; judging: Judging } | undefined;
  /** Why remediation left resources as they are, by rule and URN. */
  private readonly unmended = new Map<string, string>();
  /** By the URNs of the apps that declare them; an app is registered before what it makes. */
  private readonly grants = new Map<string, Grant[]>();
  /** By the URNs of apps and of what stands under them. */
  private readonly asking = new Map<string, Asking>();
  private readonly advice = new Map<string, { message: string; urn?: string }[]>();

  constructor(private readonly rules: readonly Policy[]) {}

  settingsPolicy(): Both {
    return {
      name: SETTINGS,
      description: "What concerns all rules: strict mode and exemptions. A wrong or expired exemption is a violation.",
      enforcementLevel: "mandatory",
      configSchema: schemaOf(PACK_PARAMS),
      validateResource: (args) => {
        const grants = grantsIn(args);
        if (grants.length > 0) this.grants.set(args.urn, grants);
        const asking = askingIn(args) ?? this.asking.get(args.opts.parent ?? "");
        if (asking) this.asking.set(args.urn, asking);
        else this.asking.delete(args.urn);
        this.takeSettings(args);
      },
      validateStack: (args, report) => {
        this.takeSettings(args);
        const { exemptions: _exemptions, ...others } = args.getConfig<Record<string, unknown>>();
        for (const mistake of paramMistakes(PACK_PARAMS, others, SETTINGS)) report(`[${SETTINGS}] ${mistake}. Fix: correct it.`);
        for (const { message, fix } of this.judging.exemptions.violations) report(`[${SETTINGS}] ${message}. Fix: ${fix}.`);
      },
    };
  }

  private takeSettings(args: Configuring): void {
    const params = withDefaults<PackParams>(PACK_PARAMS, args.getConfig());
    const config = JSON.stringify(params);
    if (this.settled?.config !== config) this.settled = { config, judging: judgingOf(params, this.rules, today()) };
    this.settled.judging.grants = [...this.grants.values()].flat();
  }

  private get judging(): Judging {
    return this.settled?.judging ?? { exemptions: Exemptions.none, strict: false };
  }

  rulePolicy(rule: Policy): ResourceValidationPolicy | Both {
    const { fix } = rule;
    const policy: ResourceValidationPolicy = {
      ...metadata(rule),
      validateResource: (args, report) => {
        this.reportMistakes(rule, args, report);
        const setting = settingOf(rule, args);
        for (const view of viewsOf(args)) {
          const verdicts = judgeObject(setting, view, this.judging);
          this.reportAll(verdicts, report, args.urn, undefined, this.unmended.get(`${rule.id} ${args.urn}`));
          if (verdicts.some(({ level }) => level === "mandatory")) this.reportOffer(rule, view, report, args.urn);
        }
      },
      ...(fix ? { remediateResource: (args) => this.remedy(rule, args) } : {}),
    };
    if (!rule.crossCheck) return policy;
    return {
      ...policy,
      validateStack: (args, report) => {
        const { inventory, urns } = inventoryOf(args);
        this.reportAll(judgeTogether(settingOf(rule, args), inventory, this.judging), report, STACK, urns);
      },
    };
  }

  /** What Pulumi does not see in a rule's configuration: keys that nobody reads, amounts that are none. Reported once, at the stack. */
  private reportMistakes({ id, params }: Policy, args: ResourceValidationArgs, report: ReportViolation): void {
    if (args.type !== "pulumi:pulumi:Stack") return;
    for (const mistake of paramMistakes(params, args.getConfig(), id)) {
      report(`[${id}] The configuration has a mistake: ${mistake}. Fix: correct it; its page in RULES.md has the parameters.`);
    }
  }

  /** Puts the mended copy in the object's place, where there is one; why there is none is part of what the rule then reports. */
  private remedy(rule: Policy, args: ResourceValidationArgs): Record<string, unknown> | undefined {
    // What helm makes is only shown here: changed, it would be shown as it is not.
    if (isReleased(args) || !this.settled) return undefined;
    const original = plain(args.props);
    const copy = unwrapped(original) as Record<string, unknown>;
    const views = viewsOf({ ...args, props: copy });
    // The items of a List are not mended one by one.
    const alone = views.length === 1 && views[0]?.root.steps.length === 0 ? views[0] : undefined;
    const remedy = alone && remedyOf(settingOf(rule, args), alone, this.judging);
    const key = `${rule.id} ${args.urn}`;
    this.unmended.delete(key);
    if (!remedy) return undefined;
    if ("object" in remedy) return rewrapped(remedy.object, copy, original) as Record<string, unknown>;
    this.unmended.set(key, remedy.reason);
    return undefined;
  }

  /** Reports what is mandatory, and leaves the rest to the policy for advice. */
  private reportAll(
    verdicts: readonly Verdict[],
    report: ReportViolation,
    about: string,
    urns?: Map<ObjectView, string>,
    unmended?: string,
  ): void {
    const notes = [...(unmended ? [`Not remediated: ${unmended}.`] : []), ...(this.settled ? [] : [UNSETTLED])];
    for (const verdict of verdicts) {
      const [message, urn] = [sentence(verdict), verdict.whole ? undefined : urns?.get(verdict.object)];
      if (verdict.level === "mandatory") report([message, ...notes].join(" "), urn);
      else this.advice.set(about, [...(this.advice.get(about) ?? []), { message, urn }]);
    }
  }

  /** What to paste where an app's block asks for what was refused: once for all that a rule found at an object. */
  private reportOffer({ id }: Policy, view: ObjectView, report: ReportViolation, urn: string): void {
    const asking = this.asking.get(urn);
    const exemption = asking && offerFor(asking, id, view, today());
    if (exemption) report(`[${id}] ${describe(view)}: ${offer(exemption, parametersFile(urn))}`);
  }

  advicePolicy(): Both {
    const give = (about: string, report: ReportViolation): void => {
      for (const { message, urn } of this.advice.get(about) ?? []) report(message, urn);
      this.advice.delete(about);
    };
    return {
      name: "advice",
      description: "What the rules recommend, and what they cannot verify before the deployment.",
      enforcementLevel: "advisory",
      validateResource: ({ urn }, report) => give(urn, report),
      validateStack: (_args, report) => {
        if (!this.settled) report(`[${SETTINGS}] ${UNSETTLED}`);
        give(STACK, report);
      },
    };
  }
}

/** "mandatory" tells the rule's own findings from advice; at which level they count, Pulumi decides. */
function settingOf(rule: Policy, args: Configuring): Setting {
  return { policy: rule, params: withDefaults(rule.params, args.getConfig()), level: "mandatory" };
}

function metadata({ id, title, level, severity, remediation, tags, params }: Policy) {
  return {
    name: id,
    displayName: title,
    description: `${title}.`,
    enforcementLevel: level,
    severity,
    tags: [...tags],
    remediationSteps: remediation,
    configSchema: schemaOf(params),
  };
}

function schemaOf(params: ParamTable<object>): PolicyConfigSchema {
  return { properties: params as PolicyConfigSchema["properties"] };
}
