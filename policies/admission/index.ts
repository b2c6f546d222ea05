/** The rules as ValidatingAdmissionPolicies: what `kubectl` does is judged by the same definitions as what Pulumi does. */
import type { Configured } from "../configuration";
import type { Setting } from "../core/evaluate";
import { any, literal, regex } from "../core/cel";
import type { CelRendering } from "../core/policy";
import type { Exemption } from "../exemptions";
import { grantCondition, type Grant } from "../exemptions/grants";
import { matchOf } from "./resources";
import type { AdmissionPolicy, BindingSpec } from "./types";

export interface Scope {
  /** Only these namespaces; all where none are named. */
  namespaces: readonly string[];
  /** Never these. */
  except: readonly string[];
  /** Say it, and let it pass. */
  warnOnly: boolean;
}

/** A policy for every rule that CEL can carry, in the order of the rules. Rules that are disabled have none. */
export function toAdmission({ settings, judging }: Configured, scope: Scope): AdmissionPolicy[] {
  return settings.flatMap((setting) => {
    const { admission, id } = setting.policy;
    if ("notExpressible" in admission) return [];
    const exemptions = judging.exemptions.of(id);
    return [
      ofObjects(setting, admission, exemptions, judging.grants ?? [], scope),
      ...ofScaling(setting, admission, exemptions, scope),
    ];
  });
}

function ofObjects(
  setting: Setting,
  cel: CelRendering<object>,
  exemptions: Exemption[],
  grants: readonly Grant[],
  scope: Scope,
): AdmissionPolicy {
  const { policy: rule, params } = setting;
  const name = `homelab-${rule.id}`;
  return {
    name,
    rule: rule.id,
    policy: {
      failurePolicy: "Fail",
      matchConstraints: { resourceRules: matchOf(cel.match ?? rule.match) },
      matchConditions: [CONTROLLERS, ...exempted(exemptions, "object.kind"), ...granted(grants, rule.id)],
      variables: cel.variables?.(params) ?? [],
      validations: cel
        .validations(params)
        .map(({ expression, message }) => ({ expression, message: `[${rule.id}] ${message}.` })),
    },
    binding: bindingOf(name, setting, scope),
  };
}

/**
 * `kubectl scale` and autoscalers change an object that is nothing but a number: whose number it is, the workloads of the
 * namespace tell, which the policy is given one after the other.
 */
function ofScaling(setting: Setting, cel: CelRendering<object>, exemptions: Exemption[], scope: Scope): AdmissionPolicy[] {
  const { scaling } = cel;
  if (!scaling) return [];
  const { id } = setting.policy;
  return scaling.kinds.map((kind) => {
    const name = `homelab-${id}-scale-${kind.toLowerCase()}`;
    const about = (expression: string) => expression.replace(/\bobject\.kind\b/g, literal(kind)).replace(/\bobject\b/g, "params");
    const [resource] = matchOf([{ group: "apps", versions: ["v1"], kinds: [kind] }]);
    return {
      name,
      rule: id,
      policy: {
        failurePolicy: "Fail",
        paramKind: { apiVersion: "apps/v1", kind },
        matchConstraints: {
          resourceRules: [
            { ...resource!, resources: resource!.resources.map((plural) => `${plural}/scale`), operations: ["UPDATE"] },
          ],
        },
        matchConditions: exempted(exemptions, literal(kind)),
        variables: (cel.variables?.(setting.params) ?? []).map(({ name, expression }) => ({
          name,
          expression: about(expression),
        })),
        validations: [
          {
            expression: any(
              "params.metadata.name != object.metadata.name",
              "object.?spec.?replicas.orValue(0) <= 1",
              `!(${about(scaling.single)})`,
            ),
            message: `[${id}] ${scaling.message}.`,
          },
        ],
      },
      binding: { ...bindingOf(name, setting, scope), paramRef: { selector: {}, parameterNotFoundAction: "Allow" } },
    };
  });
}

/** What a controller of Kubernetes makes was judged as the object that it makes it from; only they have these accounts. */
const CONTROLLERS = {
  name: "not-made-by-a-controller",
  expression: `!request.userInfo.username.matches(${regex(
    "^system:(serviceaccount:kube-system:(replicaset|deployment|statefulset|daemon-set|job|cronjob|replication)-controller|kube-controller-manager)$",
  )})`,
};

/** Exemptions of the configuration hold here too, through their last day as of the last deployment; CEL has no clock. */
function exempted(exemptions: Exemption[], kind: string): { name: string; expression: string }[] {
  return exemptions.map(({ object }, index) => {
    const named =
      "(object.metadata.?name.orValue('') != '' ? object.metadata.name : object.metadata.?generateName.orValue('') + '*')";
    const conditions = [
      ...(object.kind === undefined ? [] : [`${kind} == ${literal(object.kind)}`]),
      ...(object.namespace === undefined ? [] : [`request.namespace == ${literal(object.namespace)}`]),
      `${named}.matches(${literal(`^${object.name.split(/\*+/).map(escaped).join(".*")}$`)})`,
    ];
    return { name: `exemption-${index}`, expression: `!(${conditions.join(" && ")})` };
  });
}

/** Ports that apps expose pass here as they do at preview. */
function granted(grants: readonly Grant[], rule: string): { name: string; expression: string }[] {
  const expression = grantCondition(grants, rule);
  return expression === undefined ? [] : [{ name: "not-exposed-by-an-app", expression }];
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}

function bindingOf(policyName: string, { level }: Setting, { namespaces, except, warnOnly }: Scope): BindingSpec {
  const key = "kubernetes.io/metadata.name";
  const matchExpressions = [
    ...(namespaces.length > 0 ? [{ key, operator: "In", values: [...namespaces].sort() }] : []),
    ...(except.length > 0 ? [{ key, operator: "NotIn", values: [...except].sort() }] : []),
  ];
  return {
    policyName,
    validationActions: warnOnly || level === "advisory" ? ["Warn", "Audit"] : ["Deny"],
    matchResources: { namespaceSelector: { matchExpressions } },
  };
}
