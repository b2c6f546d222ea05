import assert from "node:assert/strict";
import { configure } from "../../policies/configuration";
import { Field } from "../../kubernetes/objects/field";
import { describe as describeObject, expand } from "../../policies/core/object";
import { Exemptions } from "../../policies/exemptions";
import { RULES } from "../../policies/rules";

const TODAY = "2026-06-30";
const ENTRY = { rule: "https-only", object: { name: "a" }, reason: "an agreed exception", owner: "ops", expires: "2026-06-30" };

function object(kind: string, namespace: string, name: string) {
  return expand({ apiVersion: "v1", kind }, new Field({ metadata: { name, ...(namespace ? { namespace } : {}) } }))[0];
}

describe("the pack's configuration", () => {
  const levels = (config: unknown) =>
    Object.fromEntries(configure(RULES, config, TODAY).settings.map(({ policy, level }) => [policy.id, level]));

  it("leaves every rule at its own level when it says nothing", () => {
    assert.deepEqual(levels(undefined), Object.fromEntries(RULES.map(({ id, level }) => [id, level])));
  });

  it("sets levels, one by one and for all", () => {
    const config = { all: "advisory", "https-only": "mandatory", "container-resources": { enforcementLevel: "disabled" } };
    const found = levels(config);
    assert.deepEqual(
      [found["https-only"], found["container-resources"], found["single-writer-sqlite"]],
      ["mandatory", undefined, "advisory"],
    );
  });

  it("sets parameters and keeps the defaults of the others", () => {
    const { settings } = configure(RULES, { "container-resources": { maxCpu: "2" } }, TODAY);
    const { params } = settings.find(({ policy }) => policy.id === "container-resources")!;
    assert.deepEqual([(params as { maxCpu: string }).maxCpu, (params as { maxMemory: string }).maxMemory], ["2", "8Gi"]);
  });

  it("reports every mistake at once", () => {
    const config = {
      "https-only": "loud",
      "container-resources": { maxCpu: 2, enforcementLevel: "off" },
      settings: { strict: "yes", exemptions: {}, other: 1 },
      nothing: {},
    };
    assert.throws(
      () => configure(RULES, config, TODAY),
      (error: Error) => {
        for (const part of [
          'https-only: "loud" is no level',
          "enforcementLevel must be",
          "maxCpu must be a string",
          "settings.strict must be a boolean",
          "settings.other is not known",
          "settings.exemptions must be a list",
          "nothing: there is no such rule",
        ]) {
          assert.ok(error.message.includes(part), `${part} in ${error.message}`);
        }
        return true;
      },
    );
  });
});

describe("exemptions", () => {
  const rules = RULES.map(({ id }) => id);
  const violations = (entry: unknown) => new Exemptions([entry], rules, TODAY).violations.map(({ message }) => message);

  it("hold through their last day, and are a violation after it", () => {
    assert.deepEqual(violations(ENTRY), []);
    assert.match(
      violations({ ...ENTRY, expires: "2026-06-29" })[0]!,
      /^exemptions\[0\] \(https-only for a\) expired on 2026-06-29$/,
    );
  });

  it("may last as long as the configuration says", () => {
    const lasting = { ...ENTRY, expires: "2027-07-01" };
    assert.deepEqual(violations(lasting), []);
    const held = (maxExemptionDays?: number) =>
      configure(RULES, { settings: { maxExemptionDays, exemptions: [lasting] } }, TODAY).judging.exemptions.of("https-only")
        .length;
    assert.deepEqual([held(), held(365), held(366)], [1, 0, 1]);
  });

  it("hold for a resource's logical name, which is what is printed where Pulumi made up the object's name", () => {
    const metadata = { name: "web-1a2b3c4d", annotations: { "pulumi.com/autonamed": "true" } };
    const [madeUp] = expand({ apiVersion: "v1", kind: "Service" }, new Field({ metadata }), "web");
    const [given] = expand({ apiVersion: "v1", kind: "Service" }, new Field({ metadata: { name: "front" } }), "web");
    assert.deepEqual([describeObject(madeUp!), describeObject(given!)], ["Service web", "Service front"]);
    const covering = (name: string) => new Exemptions([{ ...ENTRY, object: { name } }], rules, TODAY);
    for (const view of [madeUp!, given!]) assert.ok(covering("web").cover("https-only", view));
    assert.ok(covering("front").cover("https-only", given!));
    assert.ok(!covering("front").cover("https-only", madeUp!));
  });

  const wrong: [string, unknown, RegExp][] = [
    ["is no object", "https-only", /must be an object/],
    ["has no reason", { ...ENTRY, reason: undefined }, /reason is missing/],
    ["has hardly a reason", { ...ENTRY, reason: "ok" }, /reason must have at least 10 characters/],
    ["has no owner", { ...ENTRY, owner: "" }, /owner must not be empty/],
    ["has no end", { ...ENTRY, expires: "never" }, /expires must be a date/],
    ["names no object", { ...ENTRY, object: {} }, /object\.name is missing/],
    ["speaks of a rule that is none", { ...ENTRY, rule: "*" }, /names the rule "\*", which does not exist/],
    ["has keys that nobody reads", { ...ENTRY, objects: [] }, /objects is not known/],
    [
      "does not end within a year",
      { ...ENTRY, expires: "2027-07-02" },
      /\(https-only for a\) holds until 2027-07-02, longer than/,
    ],
    ["never ends", { ...ENTRY, object: { name: "*", namespace: "x" }, expires: "9999-12-31" }, /longer than an exemption may/],
    ["covers everything", { ...ENTRY, object: { name: "*" } }, /covers objects of every name and namespace/],
    ["covers a kind everywhere", { ...ENTRY, object: { name: "**", kind: "Service" } }, /covers objects of every name/],
  ];
  for (const [title, entry, reason] of wrong) {
    it(`exempt nothing when one ${title}`, () => {
      assert.match(violations(entry)[0] ?? "", reason);
      assert.equal(new Exemptions([entry], rules, TODAY).cover("https-only", object("Service", "", "a")!), false);
    });
  }

  const covered: [object, [string, string, string], boolean][] = [
    [{ name: "a" }, ["Service", "x", "a"], true],
    [{ name: "a" }, ["Service", "x", "ab"], false],
    [{ name: "a*" }, ["Service", "x", "ab"], true],
    [{ name: "*", namespace: "x" }, ["Service", "x", "anything"], true],
    [{ name: "a.b" }, ["Service", "x", "aXb"], false],
    [{ name: "a", kind: "Ingress" }, ["Service", "x", "a"], false],
    [{ name: "a", namespace: "x" }, ["Service", "x", "a"], true],
    [{ name: "a", namespace: "y" }, ["Service", "x", "a"], false],
    [{ name: "a", namespace: "default" }, ["Service", "", "a"], true],
  ];
  for (const [selector, [kind, namespace, name], expected] of covered) {
    it(`${JSON.stringify(selector)} ${expected ? "covers" : "does not cover"} ${kind} ${namespace}/${name}`, () => {
      const exemptions = new Exemptions([{ ...ENTRY, object: selector }], rules, TODAY);
      assert.equal(exemptions.cover("https-only", object(kind, namespace, name)!), expected);
      assert.equal(exemptions.cover("container-resources", object(kind, namespace, name)!), false);
    });
  }
});
