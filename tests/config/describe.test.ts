import assert from "node:assert/strict";
import { z } from "zod";
import { describeKeys, nameOf, valuesOf, type Description } from "../../components/config/describe";
import { choice, count, flag, text } from "../../components/config/fields";
import { schema } from "../../components/services/sections";

const name = () => text({ allowed: "a name", fix: { set: "anna" }, problem: () => undefined });

describe("what a schema says of its keys", () => {
  const described = describeKeys(
    z.object({
      home: z.object({ rooms: count("rooms", 1, 9, 3).default(2).describe("How many there are.") }).prefault({}),
      people: z
        .array(z.object({ name: name().describe("Its name."), key: name().meta({ secret: true }).optional() }))
        .default([])
        .describe("Who lives there."),
      pets: z.array(name()).optional().meta({ description: "Animals.", defaultText: "those of the neighbours" }),
      roof: choice(["flat", "steep"], { flat: "for plants", steep: "for snow" }).describe("What it is like.").default("flat"),
      open: flag().describe("Whether it is."),
    }),
  );
  const [home, people, pets, roof, open] = described.members;

  it("is found behind whatever says that a key may be left out, and before it", () => {
    assert.equal(home!.members[0]!.meaning, "How many there are.");
    assert.equal(roof!.meaning, "What it is like.");
    assert.equal(pets!.meaning, "Animals.");
  });
  it("has defaults, units, examples, choices, secrets and what may stand there", () => {
    const [rooms] = home!.members;
    assert.deepEqual([rooms!.default, rooms!.unit, rooms!.examples, rooms!.allowed], [2, "rooms", [3], "rooms, 1-9"]);
    assert.deepEqual([roof!.default, roof!.choices], ["flat", { flat: "for plants", steep: "for snow" }]);
    assert.deepEqual(
      people!.entry!.members.map(({ secret, required }) => [secret, required]),
      [
        [false, true],
        [true, false],
      ],
    );
    assert.deepEqual([pets!.examples, pets!.allowed, pets!.defaultText], [[["anna"]], "a name", "those of the neighbours"]);
    assert.equal(open!.required, true);
  });
  it("goes down to every value", () => {
    assert.deepEqual(
      valuesOf(described).map(({ path }) => nameOf(path)),
      ["home.rooms", "people[].name", "people[].key", "pets", "roof", "open"],
    );
  });
});

describe("the platform's schema", () => {
  const all = (description: Description): Description[] => [
    description,
    ...description.members.flatMap(all),
    ...(description.entry?.members.flatMap(all) ?? []),
  ];
  const keys = all(describeKeys(schema)).filter(({ path }) => path.length > 0);

  it("says of every key what it means, in whole sentences", () => {
    assert.ok(keys.length > 150, `only ${keys.length} keys were found`);
    for (const { path, meaning } of keys) assert.match(meaning, /^\S[^]*\.$/, nameOf(path));
  });
  it("has an example or a default of every value that is no secret", () => {
    for (const value of valuesOf(describeKeys(schema)).filter(({ secret }) => !secret)) {
      assert.ok(value.examples.length > 0, nameOf(value.path));
      assert.ok(value.allowed.length > 0, nameOf(value.path));
    }
  });
  it("has words for a default only where there is no value for it, or an empty one", () => {
    for (const { path, default: fixed, defaultText } of keys) {
      const isEmpty = fixed === undefined || fixed === "" || (Array.isArray(fixed) && fixed.length === 0);
      assert.ok(defaultText === undefined || isEmpty, nameOf(path));
    }
  });
});
