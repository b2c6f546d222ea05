import assert from "node:assert/strict";
import fc from "fast-check";
import { randomBelow, randomString, shuffled } from "../../../lab/providers/random/randomness";

describe("random values", () => {
  it("stay below any bound, also beyond 48 bits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 64n }), (bound) => {
        const drawn = randomBelow(bound);
        assert.ok(drawn >= 0n && drawn < bound);
      }),
    );
  });

  it("shuffle to the same items", () => {
    fc.assert(fc.property(fc.array(fc.integer()), (items) => assert.deepEqual(shuffled(items).sort(), [...items].sort())));
  });

  it("shuffle to every order", () => {
    // That one of six equally likely orders stays away a thousand times is out of the question.
    const seen = new Set(Array.from({ length: 1000 }, () => shuffled(["a", "b", "c"]).join("")));
    assert.deepEqual([...seen].sort(), ["abc", "acb", "bac", "bca", "cab", "cba"]);
  });

  it("have the length and the minimums asked for", () => {
    const min = fc.integer({ min: 0, max: 4 });
    const classes = fc.record({ upper: fc.boolean(), lower: fc.boolean(), numeric: fc.boolean(), special: fc.boolean() });
    const minimums = fc.record({ minUpper: min, minLower: min, minNumeric: min, minSpecial: min });
    fc.assert(
      fc.property(classes, minimums, min, (on, least, more) => {
        fc.pre(Object.values(on).includes(true));
        const length = Object.values(least).reduce((sum, each) => sum + each, more);
        const text = randomString({ length, ...on, ...least, overrideSpecial: "~" });
        const count = (pattern: RegExp) => [...text].filter((character) => pattern.test(character)).length;
        assert.equal(text.length, length);
        assert.ok(count(/[A-Z]/) >= least.minUpper && count(/[a-z]/) >= least.minLower);
        assert.ok(count(/\d/) >= least.minNumeric && count(/~/) >= least.minSpecial);
        if (!on.upper) assert.equal(count(/[A-Z]/), least.minUpper);
        if (!on.special) assert.equal(count(/~/), least.minSpecial);
      }),
    );
  });

  it("need characters to choose from", () => {
    const none = { upper: false, lower: false, numeric: false, special: false };
    const least = { minUpper: 0, minLower: 0, minNumeric: 0, minSpecial: 0 };
    assert.throws(() => randomString({ length: 1, ...none, ...least, overrideSpecial: "" }), /no characters to choose from/);
  });
});
