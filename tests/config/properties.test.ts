import assert from "node:assert/strict";
import fc from "fast-check";
import { type ConfigInput, formatProblems, parseConfig } from "../../components/configuration";
import { editDistance } from "../../components/config/nearest";
import { hostProblem, repairHost } from "../../components/config/names";
import { bytesProblem, repairBytes } from "../../components/config/amounts";
import { parseQuantity } from "../../kubernetes/quantity";
import { schema } from "../../components/services/sections";

const SECTIONS = Object.keys(schema.shape);
const RUNS = { numRuns: 150 };

function input(values: Record<string, string>, secretKeys: string[] = []): ConfigInput {
  return { project: "homelab", stack: "dev", values, secretKeys: new Set(secretKeys), home: "/home/someone" };
}

/** Any JSON value, with the schema's own words more often than chance would have them. */
const word = fc.oneof(
  fc.constantFrom(...SECTIONS, "mode", "acme", "ui", "users", "name", "password", "resources", "limits", "cpu", "host"),
  fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", ""),
  fc.string({ unit: "grapheme" }),
);
const leaf = fc.oneof(
  fc.constantFrom(null, true, "true", 0, -1, 1.5, 1e300, "acme", "10Gi", "a.b", "<x>"),
  fc.string(),
  fc.double(),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(word, tie("value"), { maxKeys: 6 }),
  ),
})).value;

const asValues = (sections: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(sections).map(([key, value]) => [`homelab:${key}`, asRaw(value)]));

const asRaw = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** The form of the real thing, with anything in its places. */
const formed = fc.record(
  {
    context: json,
    domain: json,
    certificates: fc.record(
      {
        mode: fc.oneof(fc.constantFrom("ownCa", "acme", "issuer", "secret"), json),
        acme: fc.record({ email: json, server: json, solver: json }),
        issuer: json,
      },
      { requiredKeys: [] },
    ),
    routing: fc.record({ port: json, address: json, allowedRanges: fc.array(json, { maxLength: 3 }) }, { requiredKeys: [] }),
    namespaces: fc.array(fc.record({ name: json, quota: json }, { requiredKeys: [] }), { maxLength: 3 }),
    registry: fc.record(
      {
        host: json,
        image: json,
        users: fc.array(fc.record({ name: json, password: json }, { requiredKeys: [] }), { maxLength: 3 }),
        ui: json,
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

function check(values: Record<string, string>, secretKeys: string[] = []): void {
  const result = parseConfig(input(values, secretKeys));
  if (result.ok) return assert.ok(result.config.context !== "");
  assert.ok(result.problems.length > 0);
  for (const { key, cause, allowed, fix } of result.problems) {
    assert.match(key, /^homelab:/);
    for (const text of [cause, allowed, fix]) assert.match(text, /\S/);
  }
  assert.doesNotMatch(
    formatProblems(result.problems, { project: "homelab", stack: "dev" }),
    /[\u0000-\u0009\u000b-\u001f\u007f]/,
  );
}

describe("parseConfig, whatever it is given", function () {
  this.timeout(60_000);

  it("never throws on any text", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...SECTIONS), word), fc.string({ unit: "binary" })), (values) =>
        check(asValues(values)),
      ),
      RUNS,
    );
  });

  it("never throws on any JSON value in any section", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...SECTIONS), json), fc.boolean(), (sections, secret) => {
        const values = asValues(sections);
        check(values, secret ? Object.keys(values) : []);
      }),
      RUNS,
    );
  });

  it("never throws on the right form with anything in it", () => {
    fc.assert(
      fc.property(formed, (sections) => check(asValues(sections))),
      RUNS,
    );
  });

  it("shows no password, in whatever state the rest is", () => {
    const password = fc.string({ minLength: 4, maxLength: 90 }).map((text) => `pw-${text}`);
    fc.assert(
      fc.property(password, json, fc.boolean(), (secret, other, encrypted) => {
        const registry = { host: other, users: [{ name: other, password: secret }, other], ui: other };
        const result = parseConfig(
          input({ "homelab:registry": JSON.stringify(registry) }, encrypted ? ["homelab:registry"] : []),
        );
        assert.equal(result.ok, false);
        assert.ok(!JSON.stringify(result).includes(JSON.stringify(secret).slice(1, -1)));
      }),
      RUNS,
    );
  });

  it("gives the same answer twice", () => {
    fc.assert(
      fc.property(formed, (sections) => {
        const values = asValues(sections);
        const [one, other] = [parseConfig(input(values)), parseConfig(input(values))];
        if (!one.ok) assert.deepEqual(one, other);
      }),
      { numRuns: 50 },
    );
  });
});

describe("repairs", () => {
  it("of hosts and quantities are right themselves", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "grapheme" }), fc.domain(), fc.webUrl()), (text) => {
        const repaired = repairHost(text);
        if (repaired !== undefined) assert.equal(hostProblem(repaired), undefined);
      }),
      RUNS,
    );
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom("", " "),
        fc.constantFrom("KB", "mb", "GiB", "gi", "m", "T", "bytes"),
        (n, gap, unit) => {
          const repaired = repairBytes(`${n}${gap}${unit}`);
          if (repaired !== undefined) assert.equal(bytesProblem(repaired), undefined);
        },
      ),
      RUNS,
    );
  });

  it("quantities compare like numbers", () => {
    fc.assert(
      fc.property(fc.nat(10 ** 6), fc.nat(10 ** 6), (a, b) => {
        const [one, other] = [parseQuantity(`${a}Mi`), parseQuantity(`${b}Mi`)];
        assert.equal((one ?? 0n) < (other ?? 0n), a < b);
      }),
    );
  });

  it("edit distance is one for one letter, and the same both ways", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."abcdef"), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, (a, b) => {
        assert.equal(editDistance(a, b), editDistance(b, a));
        assert.equal(editDistance(a, `${a}z`), 1);
        assert.equal(editDistance(a, a), 0);
      }),
    );
  });
});
