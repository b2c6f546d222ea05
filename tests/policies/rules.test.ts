import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readDocument } from "../../kubernetes/yaml";
import { Exemptions } from "../../policies/exemptions";
import { Setting, Verdict, judge, judgeObject } from "../../policies/core/evaluate";
import { Field } from "../../kubernetes/objects/field";
import { ObjectView, expand } from "../../policies/core/object";
import { Example, Policy } from "../../policies/core/policy";
import { withDefaults } from "../../policies/core/schema";
import { parseDocuments } from "../../kubernetes/yaml";
import { toReference } from "../../policies/reports/reference";
import { RULES } from "../../policies/rules";

const judging = { exemptions: Exemptions.none, strict: false };

function setting(policy: Policy, example: Example): Setting {
  return { policy, params: withDefaults(policy.params, example.params ?? {}), level: policy.level };
}

function views(yaml: string): ObjectView[] {
  return parseDocuments(yaml).flatMap((document) => {
    assert.ok("value" in document, `the example is no YAML: ${JSON.stringify(document)}`);
    const { apiVersion, kind } = document.value as { apiVersion: string; kind: string };
    assert.ok(apiVersion && kind, "the example has no apiVersion and kind");
    return expand({ apiVersion, kind }, new Field(document.value));
  });
}

function found(policy: Policy, example: Example): Verdict[] {
  return judge(views(example.yaml), [setting(policy, example)], judging);
}

for (const policy of RULES) {
  describe(`rule ${policy.id}`, () => {
    for (const example of policy.good) {
      it(`allows ${example.title}`, () => {
        assert.deepEqual(
          found(policy, example).map(({ message }) => message),
          [],
        );
      });
    }

    for (const example of policy.bad) {
      it(`refuses ${example.title}`, () => {
        const messages = found(policy, example).map(({ message }) => message);
        assert.equal(messages.length, example.finds.length, `found: ${messages.join(" | ")}`);
        example.finds.forEach((part, index) => {
          assert.ok(messages[index]!.includes(part), `"${messages[index]}" does not say "${part}"`);
        });
      });
    }

    it("writes messages that name the fix and hold no line break", () => {
      for (const verdict of policy.bad.flatMap((example) => found(policy, example))) {
        assert.match(verdict.fix, /^[a-z].{8,}[^.]$/);
        assert.match(verdict.message, /^.*[^.]$/);
      }
    });

    if (policy.fix) {
      it("mends what it can: clean afterwards, the same when done twice, nothing to do on good examples", () => {
        for (const example of [...policy.good, ...policy.bad]) {
          for (const view of views(example.yaml)) mends(policy, setting(policy, example), view);
        }
      });
    }
  });
}

/** A fix never adds a finding, and a second one has nothing left to do. */
function mends(policy: Policy, configured: Setting, view: ObjectView): void {
  const before = judgeObject(configured, view, judging);
  const once = policy.fix!(view, configured.params);
  if (before.length === 0) assert.equal(once, undefined, "changed an object that was clean");
  if (once === undefined) return;
  const mended = new ObjectView(view.identity, new Field(once));
  const after = judgeObject(configured, mended, judging);
  assert.ok(after.length < before.length, after.map(({ message }) => message).join(" | "));
  assert.equal(policy.fix!(mended, configured.params), undefined, "changed something twice");
}

describe("the rules", () => {
  it("have ids of their own and describe themselves", () => {
    assert.equal(new Set(RULES.map(({ id }) => id)).size, RULES.length);
    for (const { id, title, rationale, remediation, good, bad } of RULES) {
      assert.match(id, /^[a-z][a-z0-9-]+$/);
      assert.ok(title.length > 10 && rationale.length > 40 && remediation.length > 20, id);
      assert.ok(good.length > 0 && bad.length > 0, `${id} has no examples`);
    }
  });

  it("have a default for every parameter that fits its own schema", () => {
    for (const { params } of RULES) {
      for (const [name, schema] of Object.entries(params)) {
        const { default: value, description } = schema as { default: unknown; description: string };
        assert.ok(value !== undefined && description.length > 10, name);
      }
    }
  });

  it("are described by the page that they write", () => {
    const page = readFileSync(join(__dirname, "..", "..", "policies", "RULES.md"), "utf8");
    assert.equal(page, toReference(RULES), "run: npm run -s check -- --reference > policies/RULES.md");
  });

  it("are read from YAML that other readers take too", () => {
    assert.doesNotThrow(() => readDocument(RULES[0]!.good[0]!.yaml));
  });
});
