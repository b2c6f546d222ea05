import assert from "node:assert/strict";
import fc from "fast-check";
import { edit } from "../../policies/core/edit";
import { Field } from "../../kubernetes/objects/field";
import { expand, identityOfToken } from "../../policies/core/object";
import { quantity } from "../../kubernetes/quantity";
import { Schema, mistakes } from "../../policies/core/schema";
import { show } from "../../kubernetes/objects/text";
import { UnknownValue } from "../../kubernetes/objects/unknown";
import { rewrapped, unwrapped } from "../../policies/crossguard/secrets";
import { Secret } from "@pulumi/policy";

describe("quantities", () => {
  const cases: [unknown, number | undefined][] = [
    ["100m", 0.1],
    ["1", 1],
    [2, 2],
    ["0.5", 0.5],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["1E-3", 0.001],
    ["-1", -1],
    ["+1", 1],
    ["128Mi", 128 * 2 ** 20],
    ["1Gi", 2 ** 30],
    ["1G", 1e9],
    ["1k", 1000],
    ["1Ki", 1024],
    ["1E", 1e18],
    ["1Ei", 2 ** 60],
    ["100u", 1e-4],
    ["100n", 1e-7],
    ["", undefined],
    ["m", undefined],
    ["1 Gi", undefined],
    ["1gi", undefined],
    ["1K", undefined],
    ["1e", undefined],
    ["1.2.3", undefined],
    ["1e400", undefined],
    [NaN, undefined],
    [null, undefined],
    [{}, undefined],
    ["9".repeat(500), undefined],
  ];
  for (const [text, expected] of cases) {
    it(`reads ${JSON.stringify(text)?.slice(0, 20)} as ${expected}`, () => {
      const amount = quantity(text);
      if (expected === undefined || amount === undefined) assert.equal(amount, expected);
      else assert.ok(Math.abs(amount - expected) <= Math.abs(expected) * 1e-12, `${amount}`);
    });
  }
});

describe("reading fields", () => {
  const root = new Field({ a: { b: [{ c: "x" }, 7, "8", true] }, "k/e.y": 1, u: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" });

  it("finds what is there and treats the rest as absent", () => {
    const [first, second, third, fourth] = root.at("a", "b").items();
    assert.deepEqual([first!.at("c").text(), second!.number(), third!.number(), fourth!.isTrue()], ["x", 7, 8, true]);
    assert.deepEqual(
      [root.at("a", "x", "y").exists, second!.at("c").text(), first!.number(), root.at("a").items()],
      [false, undefined, undefined, []],
    );
  });

  it("does not take the prototype's keys for the object's", () => {
    for (const key of ["constructor", "__proto__", "toString", "hasOwnProperty"]) assert.equal(root.at(key).exists, false);
    assert.deepEqual([new Field(NaN).number(), new Field(Infinity).number()], [undefined, undefined]);
    assert.equal(new Field(JSON.parse('{"__proto__": {"a": 1}}')).at("__proto__", "a").number(), 1);
  });

  it("says where it is", () => {
    assert.equal(root.at("a", "b").items()[0]!.at("c").path, "a.b[0].c");
    assert.equal(root.at("k/e.y").path, '["k/e.y"]');
    assert.equal(root.path, "");
  });

  it("throws on what is not known yet, with its place, and only on that", () => {
    assert.throws(
      () => root.at("u").text(),
      (error) => error instanceof UnknownValue && error.path === "u",
    );
    assert.throws(() => root.at("u", "deeper"), UnknownValue);
    assert.equal(root.at("u").unknown, true);
    assert.equal(root.at("a").unknown, false);
  });
});

describe("what a type token stands for", () => {
  const cases: [string, unknown][] = [
    ["kubernetes:core/v1:Pod", { apiVersion: "v1", kind: "Pod" }],
    ["kubernetes:apps/v1:Deployment", { apiVersion: "apps/v1", kind: "Deployment" }],
    ["kubernetes:apps/v1:DeploymentPatch", { apiVersion: "apps/v1", kind: "Deployment", patch: true }],
    ["kubernetes:apps/v1:DeploymentList", { apiVersion: "apps/v1", kind: "DeploymentList" }],
    ["kubernetes:networking.k8s.io/v1:Ingress", { apiVersion: "networking.k8s.io/v1", kind: "Ingress" }],
    ["kubernetes:traefik.io/v1alpha1:IngressRoute", { apiVersion: "traefik.io/v1alpha1", kind: "IngressRoute" }],
    ["pulumi:providers:kubernetes", undefined],
    ["random:index/randomPassword:RandomPassword", undefined],
  ];
  for (const [token, expected] of cases) it(token, () => assert.deepEqual(identityOfToken(token), expected));
});

describe("Lists", () => {
  const kinds = (value: unknown, kind = "List") =>
    expand({ apiVersion: "v1", kind }, new Field(value)).map((view) => `${view.type} ${view.name}`);

  it("are their items, with kind and version from the list where an item has none", () => {
    assert.deepEqual(kinds({ items: [{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "a" } }] }), [
      "apps/Deployment a",
    ]);
    assert.deepEqual(kinds({ items: [{ metadata: { name: "a" } }] }, "PodList"), ["/Pod a"]);
  });

  it("of lists are flattened, but not without end", () => {
    let list: unknown = { kind: "Pod" };
    for (let i = 0; i < 50; i++) list = { apiVersion: "v1", kind: "List", items: [list] };
    assert.equal(kinds(list).length, 1);
  });

  it("of which the items are not known stay to be judged", () => {
    assert.deepEqual(kinds({ items: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2" }, "PodList"), ["/Pod "]);
  });
});

describe("editing", () => {
  it("copies only the way to what changes, and nothing when nothing does", () => {
    const object = { a: { b: [{ c: 1 }, { c: 2 }] }, d: { e: 1 } };
    const root = new Field(object);
    const place = root.at("a", "b").items()[1]!.at("c");
    const changed = edit(root, [place], () => 3);
    assert.deepEqual(changed, { a: { b: [{ c: 1 }, { c: 3 }] }, d: { e: 1 } });
    assert.equal(changed?.d, object.d);
    assert.deepEqual(object.a.b[1], { c: 2 });
    assert.equal(
      edit(root, [place], (value) => value),
      undefined,
    );
    assert.deepEqual(
      edit(root, [root.at("x", "y"), place], () => undefined),
      { a: { b: [{ c: 1 }, {}] }, d: { e: 1 } },
    );
  });
});

describe("secrets at remediation", () => {
  it("are back in their wrappers after any change beside them", () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.string().map((value) => new Secret(value)),
    );
    const tree = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", "c"), tie("node")),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b", "c"), tree), (original) => {
        const copy = unwrapped(original) as Record<string, unknown>;
        assert.deepEqual(rewrapped({ ...copy, added: 1 }, copy, original), { ...original, added: 1 });
      }),
    );
  });
});

describe("parameters", () => {
  const schema: Schema = {
    type: "object",
    additionalProperties: false,
    required: ["name"],
    properties: {
      name: { type: "string", minLength: 1 },
      size: { type: "string", format: "quantity" },
      day: { type: "string", format: "date" },
      words: { type: "array", items: { type: "string", pattern: "^[a-z]+$" } },
      count: { type: "integer", minimum: 2 },
      match: { type: "string", format: "regex" },
    },
  };
  const cases: [object, string[]][] = [
    [{ name: "a", size: "1Gi", day: "2026-02-28", words: ["x"], count: 2, match: "^a" }, []],
    [{}, ["p.name is missing"]],
    [{ name: "" }, ["p.name must not be empty"]],
    [{ name: 1 }, ["p.name must be a string"]],
    [{ name: "a", size: "0" }, ["p.size must be a Kubernetes quantity above zero, as 500m or 2Gi"]],
    [{ name: "a", day: "2026-02-31x" }, ["p.day must be a date, as 2027-01-31"]],
    [{ name: "a", day: "2026-02-31" }, ["p.day must be a date, as 2027-01-31"]],
    [{ name: "a", day: "2026-13-01" }, ["p.day must be a date, as 2027-01-31"]],
    [{ name: "a", words: ["x", "Y"] }, ["p.words[1] must match ^[a-z]+$"]],
    [{ name: "a", words: "x" }, ["p.words must be a list"]],
    [{ name: "a", count: 1 }, ["p.count must be at least 2"]],
    [{ name: "a", count: 2.5 }, ["p.count must be an integer"]],
    [{ name: "a", match: "(" }, ["p.match must be a regular expression"]],
    [{ name: "a", other: 1 }, ["p.other is not known (allowed: name, size, day, words, count, match)"]],
  ];
  for (const [value, expected] of cases) {
    it(`${JSON.stringify(value)}: ${expected[0] ?? "right"}`, () => assert.deepEqual(mistakes(schema, value, "p"), expected));
  }
});

describe("names in messages", () => {
  it("drive no terminal, turn no text round and stay short", () => {
    assert.equal(show("a\u001b[31m\u202e\n"), '"a?[31m??"');
    assert.equal(show("a".repeat(200)).length, 82);
    assert.equal(show(undefined), '""');
  });
});
