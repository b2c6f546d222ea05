import assert from "node:assert/strict";
import { toAdmission, type Scope } from "../../../policies/admission";
import { configure } from "../../../policies/configuration";
import { RULES } from "../../../policies/rules";

const SCOPE: Scope = { namespaces: ["b", "a"], except: [], warnOnly: false };
const rendered = (config?: unknown, scope: Partial<Scope> = {}) =>
  toAdmission(configure(RULES, config, "2026-06-30"), { ...SCOPE, ...scope });
const named = (name: string, ...args: Parameters<typeof rendered>) =>
  rendered(...args).find((policy) => policy.name === `homelab-${name}`)!;

function exemption(object: object, expires = "2026-06-30") {
  const entry = { rule: "container-resources", object, reason: "an agreed exception", owner: "ops", expires };
  return { settings: { exemptions: [entry] } };
}

describe("the rules as admission policies", () => {
  it("are there for every rule that gives no reason why not, with names of their own", () => {
    const names = rendered().map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const expected = RULES.filter(({ admission }) => !("notExpressible" in admission)).map(({ id }) => id);
    assert.deepEqual([...new Set(rendered().map(({ rule }) => rule))], expected);
    assert.ok(expected.length >= 9);
    for (const { admission, id } of RULES) {
      if ("notExpressible" in admission) assert.ok(admission.notExpressible.length > 15, id);
    }
  });

  it("deny where the rule is mandatory, warn where it advises, and are not there where it is disabled", () => {
    assert.deepEqual(named("container-resources").binding.validationActions, ["Deny"]);
    assert.deepEqual(named("probes").binding.validationActions, ["Warn", "Audit"]);
    assert.deepEqual(named("probes", { probes: "mandatory" }).binding.validationActions, ["Deny"]);
    assert.deepEqual(named("container-resources", {}, { warnOnly: true }).binding.validationActions, ["Warn", "Audit"]);
    assert.equal(named("container-resources", { "container-resources": "disabled" }), undefined);
  });

  it("take the configuration's parameters", () => {
    const text = JSON.stringify(named("container-resources", { "container-resources": { maxMemory: "3Gi" } }));
    assert.ok(text.includes("3Gi") && !text.includes("8Gi"));
  });

  it("hold in the namespaces that are named, or in all but some", () => {
    const expressions = (scope: Partial<Scope>) =>
      named("probes", {}, scope).binding.matchResources.namespaceSelector.matchExpressions;
    const key = "kubernetes.io/metadata.name";
    assert.deepEqual(expressions({}), [{ key, operator: "In", values: ["a", "b"] }]);
    assert.deepEqual(expressions({ namespaces: [], except: ["kube-system"] }), [
      { key, operator: "NotIn", values: ["kube-system"] },
    ]);
  });

  it("leave the objects of the whole cluster alone", () => {
    const { resourceRules } = named("rbac-wildcards").policy.matchConstraints;
    assert.deepEqual(
      resourceRules.flatMap(({ resources, scope }) => resources.map((resource) => `${resource} ${scope}`)),
      ["roles Namespaced", "rolebindings Namespaced"],
    );
  });

  it("know exemptions that hold, and none that have expired", () => {
    const conditions = (config: unknown) =>
      named("container-resources", config).policy.matchConditions.map(({ expression }) => expression);
    const without = conditions({});
    const [more] = conditions(exemption({ kind: "Deployment", namespace: "a", name: "web.*" })).slice(without.length);
    assert.match(more!, /^!\(object\.kind == "Deployment" && request\.namespace == "a" && .*matches\("\^web\\\\\.\.\*\$"\)\)$/);
    assert.deepEqual(conditions(exemption({ name: "web" }, "2026-06-29")), without);
    assert.deepEqual(named("probes", exemption({ name: "web" })).policy.matchConditions.length, without.length);
  });

  it("look at the number of replicas alone, by the workload that it belongs to", () => {
    const { policy, binding } = named("single-writer-sqlite-scale-deployment");
    assert.deepEqual(
      policy.matchConstraints.resourceRules.map(({ resources, operations }) => [resources, operations]),
      [[["deployments/scale"], ["UPDATE"]]],
    );
    assert.deepEqual(policy.paramKind, { apiVersion: "apps/v1", kind: "Deployment" });
    assert.deepEqual(binding.paramRef, { selector: {}, parameterNotFoundAction: "Allow" });
    for (const { expression } of policy.variables) assert.doesNotMatch(expression, /\bobject\b/);
  });
});
