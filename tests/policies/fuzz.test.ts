import assert from "node:assert/strict";
import { unknownCheckingProxy } from "@pulumi/policy";
import fc from "fast-check";
import { configure } from "../../policies/configuration";
import { judge } from "../../policies/core/evaluate";
import { Field, isRecord } from "../../kubernetes/objects/field";
import { ObjectView, expand } from "../../policies/core/object";
import { checkManifests } from "../../policies/manifests/check";
import { parseDocuments } from "../../kubernetes/yaml";
import { RULES } from "../../policies/rules";

const { settings, judging } = configure(RULES, undefined, "2026-01-01");

/** The documents of all examples, to be spoilt. */
const SAMPLES = RULES.flatMap(({ good, bad }) => [...good, ...bad]).map(({ yaml }) =>
  parseDocuments(yaml).flatMap((document) => ("value" in document ? [document.value] : [])),
);

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function nested(depth: number): unknown {
  let value: unknown = "x";
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { spec: value };
  return value;
}

const HOSTILE = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, "", 0, -1, NaN, Infinity, true, [], {}, [[]], [null], { "": null }, UNKNOWN),
  fc.constantFrom<unknown>(
    "a".repeat(3000),
    "/".repeat(3000),
    "sqlite:" + "/".repeat(3000),
    "=\n".repeat(2000),
    "- ".repeat(2000),
  ),
  fc.constantFrom<unknown>(
    JSON.parse('{"__proto__": {"spec": 1}, "constructor": 5, "toString": {}, "hasOwnProperty": 1}'),
    nested(2000),
  ),
  fc.anything({ maxDepth: 3, withNullPrototype: true, withObjectString: true }),
);

/** A sample with one value somewhere in it replaced. */
function spoilt(value: unknown, steps: number[], hostile: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return hostile;
  if (Array.isArray(value) && value.length > 0) {
    const at = step % value.length;
    return value.map((item, index) => (index === at ? spoilt(item, rest, hostile) : item));
  }
  if (!isRecord(value)) return hostile;
  const keys = Object.keys(value);
  const key = keys[step % keys.length];
  if (key === undefined) return hostile;
  return { ...value, [key]: spoilt(value[key], rest, hostile) };
}

function viewsOf(documents: unknown[], wrap: (value: unknown) => unknown): ObjectView[] {
  return documents.flatMap((document) => {
    const root = new Field(document);
    const [apiVersion, kind] = [root.unknown ? undefined : root.at("apiVersion"), root.unknown ? undefined : root.at("kind")];
    const identity = {
      apiVersion: (apiVersion && !apiVersion.unknown && apiVersion.text()) || "apps/v1",
      kind: (kind && !kind.unknown && kind.text()) || "Deployment",
    };
    return expand(identity, new Field(wrap(document)));
  });
}

function broken(documents: unknown[], wrap: (value: unknown) => unknown = (value) => value): string[] {
  return judge(viewsOf(documents, wrap), settings, judging)
    .map(({ message }) => message)
    .filter((message) => message.includes("could not be judged"));
}

const SPOILT = fc
  .tuple(fc.constantFrom(...SAMPLES), fc.nat(3), fc.array(fc.nat(20), { maxLength: 12 }), HOSTILE)
  .map(([documents, which, steps, hostile]) =>
    documents.map((document, index) => (index === which % documents.length ? spoilt(document, steps, hostile) : document)),
  );

/** The ways to every value of a document. */
function placesIn(value: unknown, steps: (string | number)[] = []): (string | number)[][] {
  const keys = Array.isArray(value) ? [...value.keys()] : isRecord(value) ? Object.keys(value) : [];
  return [steps, ...keys.flatMap((key) => placesIn((value as Record<string | number, unknown>)[key], [...steps, key]))];
}

function replaced(value: unknown, [step, ...rest]: (string | number)[], hostile: unknown): unknown {
  if (step === undefined) return hostile;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? replaced(item, rest, hostile) : item));
  const record = value as Record<string, unknown>;
  return { ...record, [step]: replaced(record[step], rest, hostile) };
}

/** One of each kind that a place may wrongly hold; the long ones are what patterns choke on. */
const WRONG: unknown[] = [
  null,
  "",
  -1,
  true,
  [],
  {},
  [null],
  [{}],
  { a: null },
  UNKNOWN,
  JSON.parse('{"__proto__": {"spec": 1}, "constructor": 5, "toString": {}, "length": 3}'),
  "a:/@=-.".repeat(5000),
  "a".repeat(100_000),
  nested(200),
];

/** Each place of each example of a rule, and in it each wrong value: every line of the rule that reads meets all of them. */
describe("a wrong value in any one place", function () {
  // A pattern that takes the square of a text's length is stopped by this.
  this.timeout(120_000);
  for (const { policy, params, level } of settings) {
    it(`breaks nothing in ${policy.id}`, () => {
      const seen = new Set<string>();
      for (const { yaml } of [...policy.good, ...policy.bad]) {
        const documents = parseDocuments(yaml).flatMap((document) => ("value" in document ? [document.value] : []));
        documents.forEach((document, index) => {
          for (const place of placesIn(document)) {
            for (const wrong of WRONG) {
              const objects = documents.map((other, at) => (at === index ? replaced(document, place, wrong) : other));
              const verdicts = judge(
                viewsOf(objects, (value) => value),
                [{ policy, params, level }],
                judging,
              );
              for (const { message } of verdicts) {
                assert.ok(
                  !message.includes("could not be judged"),
                  `${place.join(".")} = ${String(JSON.stringify(wrong)).slice(0, 60)}: ${message}`,
                );
                seen.add(message.replace(/".*?"/g, "").slice(0, 40));
              }
            }
          }
        });
      }
      assert.ok(seen.size > 0, "the rule was never reached");
    });
  }
});

describe("hostile objects", () => {
  it("break no rule", () => {
    fc.assert(
      fc.property(SPOILT, (documents) => assert.deepEqual(broken(documents), [])),
      { numRuns: 3000 },
    );
  });

  it("break no rule behind the engine's proxies either", () => {
    const wrap = (value: unknown) => unknownCheckingProxy(value);
    fc.assert(
      fc.property(SPOILT, (documents) => assert.deepEqual(broken(documents, wrap), [])),
      { numRuns: 500, examples: [[[{ apiVersion: "v1", kind: "List", items: UNKNOWN }]]] },
    );
  });

  it("are mended without breaking, and only once", () => {
    fc.assert(
      fc.property(SPOILT, (documents) => {
        for (const view of viewsOf(documents, (value) => value)) {
          for (const { policy, params } of settings) mendsOnce(view, policy, params);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("give findings that are short and printable", () => {
    fc.assert(
      fc.property(SPOILT, (documents) => {
        for (const { message, fix, path } of judge(
          viewsOf(documents, (value) => value),
          settings,
          judging,
        )) {
          assert.ok(message.length < 1000 && fix.length < 1000 && path.length < 2000);
          assert.doesNotMatch(message + fix, /[\u0000-\u001f\u007f-\u009f]/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function mendsOnce(view: ObjectView, policy: (typeof RULES)[number], params: object): void {
  if (!policy.fix || !policy.match.some(({ kinds }) => kinds.includes(view.kind))) return;
  let once: Record<string, unknown> | undefined;
  try {
    once = policy.fix(view, params);
  } catch (error) {
    // Not knowing a value is the one reason not to mend.
    assert.equal((error as Error).name, "UnknownValue");
    return;
  }
  if (once) assert.equal(policy.fix(new ObjectView(view.identity, new Field(once)), params), undefined);
}

describe("hostile files", () => {
  const check = (text: string) => checkManifests([{ file: "f.yaml", text, found: false }], { settings, judging });

  it("give a report, whatever they hold", () => {
    const pieces = fc.constantFrom(
      "---\n",
      "apiVersion: v1\n",
      "kind: Pod\n",
      "a: &x [*x]\n",
      "<<: *y\n",
      "{",
      "[",
      "]",
      "\t",
      "? ",
      "!!js/function x\n",
      "\u0000",
      "- ",
      "|\n",
      "'",
      '"',
      "%YAML 1.2\n",
      "{{ .Values.x }}\n",
      "spec: {containers: [{name: a}]}\n",
      "...\n",
      "#c\n",
      "\r\n",
      "\ufeff",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 20 }), (parts) => void check(parts.join(""))),
      { numRuns: 3000 },
    );
  });

  it("with aliases that multiply in any place are refused, not judged for ever", () => {
    const levels = (first: string) =>
      [`a: &a ${first}`, ..."bcdefgh".split("").map((name, i) => `${name}: &${name} [${`*${"abcdefg"[i]}, `.repeat(9)}x]`)].join(
        "\n",
      );
    const lists = [..."bcdefgh"].map(
      (name, i) => `${name}: &${name} {apiVersion: v1, kind: List, items: [${`*${"abcdefg"[i]}, `.repeat(10)}]}`,
    );
    for (const [line, text] of [
      [1, `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n${levels("[x]")}`],
      [1, `apiVersion: helm.sh/v4\nkind: Chart\nvalues:\n${levels('{password: ""}').replace(/^/gm, "  ")}`],
      [1, `apiVersion: v1\nkind: List\na: &a {apiVersion: v1, kind: Pod}\n${lists.join("\n")}\nitems: [*h]`],
      // An alias to itself is seen where it stands, any other only in the whole.
      [3, "apiVersion: v1\nkind: Pod\nspec: &s {containers: [{name: c, resources: *s}], self: *s}\n"],
    ] as const) {
      const { findings, resources } = check(text);
      assert.deepEqual([resources, findings[0]?.rule, findings[0]?.line], [0, "unreadable-manifest", line]);
    }
  });

  it("of deep nesting are refused with a line", () => {
    const [finding] = check(`kind: Pod\nspec: ${"[".repeat(5000)}`).findings;
    assert.deepEqual([finding?.rule, finding?.line], ["unreadable-manifest", 2]);
  });
});
