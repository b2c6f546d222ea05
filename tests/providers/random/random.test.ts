import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compareSync } from "bcryptjs";
import { Plugin, secret, UNKNOWN, type Json } from "../shared/plugin";

const type = (name: string) => `random:index/r${name.slice(1)}:${name}`;
const types = {
  password: type("RandomPassword"),
  string: type("RandomString"),
  bytes: type("RandomBytes"),
  id: type("RandomId"),
  integer: type("RandomInteger"),
  shuffle: type("RandomShuffle"),
  uuid: type("RandomUuid"),
  uuid4: type("RandomUuid4"),
  uuid7: type("RandomUuid7"),
};
const PASSWORD_DEFAULTS = {
  upper: true,
  lower: true,
  numeric: true,
  number: true,
  special: true,
  minUpper: 0,
  minLower: 0,
  minNumeric: 0,
  minSpecial: 0,
  __meta: '{"schema_version":"3"}',
};

/** The value inside a secret; fails if it is none. */
function opened(value: unknown): string {
  const { value: inner, ...marks } = value as Json;
  assert.deepEqual({ ...marks, value: "" }, secret(""));
  return inner as string;
}

describe("the random provider's stand-in", function () {
  this.timeout(30_000);
  let plugin: Plugin;
  before(async () => (plugin = await Plugin.start("random")));
  after(() => plugin.stop());

  it("reports the version of the SDK package that the project pins, and that it takes secrets and previews", async () => {
    const manifest = JSON.parse(readFileSync(join(__dirname, "../../../package.json"), "utf8"));
    assert.equal(await plugin.version(), manifest.dependencies["@pulumi/random"]);
    const { acceptsecrets, supportspreview } = await plugin.configure();
    assert.deepEqual({ acceptsecrets, supportspreview }, { acceptsecrets: true, supportspreview: true });
  });

  describe("check", () => {
    const cases: [string, keyof typeof types, Json, string[]][] = [
      ["takes what is right", "password", { length: 8, keepers: { a: "b" } }, []],
      ["takes what is not known yet", "password", { length: UNKNOWN, minUpper: 3, keepers: UNKNOWN }, []],
      ["takes secrets", "password", { length: secret(8), overrideSpecial: secret("_") }, []],
      ["wants a length", "password", {}, ["length: is required: give a whole number"]],
      ["wants a whole number", "bytes", { length: 1.5 }, ["length: must be a whole number"]],
      ["wants a number", "password", { length: "8" }, ["length: must be a whole number"]],
      ["wants a positive length", "string", { length: 0 }, ["length: must be at least 1"]],
      ["wants at least one byte", "bytes", { length: 0 }, ["length: must be at least 1"]],
      [
        "wants room for the minimums",
        "password",
        { length: 4, minUpper: 3, minNumeric: 2 },
        ["length: must be at least 5, the sum of minUpper, minLower, minNumeric, minSpecial"],
      ],
      [
        "wants some characters",
        "string",
        { length: 4, upper: false, lower: false, numeric: false, special: false },
        ["special: at least one of upper, lower, numeric and special must be true"],
      ],
      [
        "wants number and numeric to agree",
        "password",
        { length: 4, number: false, numeric: true },
        ["number: is the old name of numeric and differs from it: leave it out"],
      ],
      [
        "names what it does not know",
        "id",
        { byteLength: 4, lenght: 1 },
        ["lenght: is not an input; allowed are byteLength, keepers, prefix"],
      ],
      ["wants strings as keepers", "uuid", { keepers: { a: 1 } }, ["keepers: must be an object whose values are strings"]],
      ["wants min below max", "integer", { min: 2, max: 1 }, ["min: must not be greater than max (1)"]],
      [
        "refuses a seed",
        "integer",
        { min: 1, max: 2, seed: "x" },
        ["seed: is not done by the lab's stand-in for the random plugin: leave it out, or install the official plugin"],
      ],
    ];
    for (const [title, kind, inputs, failures] of cases) {
      it(`${title} (${kind})`, async () => {
        const checked = await plugin.of(types[kind]).check(inputs);
        assert.deepEqual(checked, { inputs, failures });
      });
    }
  });

  describe("create", () => {
    it("makes a secret password with a bcrypt hash of the cost and kind that the official plugin makes", async () => {
      const { id, state } = await plugin.of(types.password).create({ length: 20, keepers: { v: "1" } });
      const { result, bcryptHash, ...rest } = state;
      assert.equal(id, "none");
      assert.deepEqual(rest, { ...PASSWORD_DEFAULTS, length: 20, keepers: { v: "1" } });
      assert.match(opened(result), /^[A-Za-z0-9!@#$%&*()\-_=+[\]{}<>:?]{20}$/);
      assert.match(opened(bcryptHash), /^\$2a\$10\$/);
      assert.ok(compareSync(opened(result), opened(bcryptHash)));
    });

    it("holds the minimums, also of a class that is off, and takes other special characters", async () => {
      const inputs = { length: 6, lower: false, upper: false, minLower: 2, minSpecial: 2, minNumeric: 2, overrideSpecial: "é~" };
      const { id, state } = await plugin.of(types.string).create(inputs);
      assert.equal(id, state.result);
      for (const pattern of [/[a-z]/g, /[é~]/g, /\d/g]) assert.equal(id.match(pattern)?.length, 2);
    });

    it("makes another value each time", async () => {
      const make = async () => (await plugin.of(types.string).create({ length: 32 })).id;
      assert.notEqual(await make(), await make());
    });

    it("takes numeric for its old name and the other way round", async () => {
      const { state } = await plugin.of(types.string).create({ length: 50, number: false });
      assert.equal(state.numeric, false);
      assert.match(state.result as string, /^\D{50}$/);
    });

    it("writes bytes as secret base64 and hex", async () => {
      const { id, state } = await plugin.of(types.bytes).create({ length: 16 });
      assert.equal(opened(state.base64), id);
      assert.equal(opened(state.hex), Buffer.from(id, "base64").toString("hex"));
      assert.equal(Buffer.from(id, "base64").length, 16);
    });

    it("writes an id in four ways, each with the prefix", async () => {
      const { id, state } = await plugin.of(types.id).create({ byteLength: 8, prefix: "p-" });
      const bytes = Buffer.from(id, "base64url");
      assert.equal(bytes.length, 8);
      const { b64Url, b64Std, hex, dec } = state;
      const expected = [id, bytes.toString("base64"), bytes.toString("hex"), String(bytes.readBigUInt64BE())];
      assert.deepEqual(
        [b64Url, b64Std, hex, dec],
        expected.map((text) => `p-${text}`),
      );
    });

    it("reaches every whole number from min to max, and no other", async () => {
      const seen = new Set<unknown>();
      while (seen.size < 3) seen.add((await plugin.of(types.integer).create({ min: -1, max: 1 })).state.result);
      assert.deepEqual([...seen].sort(), [-1, 0, 1].sort());
      const { state } = await plugin.of(types.integer).create({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
      assert.ok(Number.isSafeInteger(state.result));
    });

    it("shuffles, and starts over where more is asked for than there is", async () => {
      const { id, state } = await plugin.of(types.shuffle).create({ inputs: ["a", "b", "c"], resultCount: 5 });
      const results = state.results as string[];
      assert.equal(id, "-");
      assert.deepEqual(results.slice(0, 3).sort(), ["a", "b", "c"]);
      assert.equal(new Set(results.slice(3)).size, 2);
      assert.deepEqual((await plugin.of(types.shuffle).create({ inputs: [] })).state.results, []);
    });

    const uuids = { uuid: /^[0-9a-f-]{36}$/, uuid4: /^.{14}4.{4}[89ab]/, uuid7: /^.{14}7.{4}[89ab]/ };
    for (const [kind, pattern] of Object.entries(uuids)) {
      it(`makes a ${kind}`, async () => {
        const { id, state } = await plugin.of(types[kind as keyof typeof uuids]).create({});
        assert.deepEqual(state, { result: id });
        assert.match(id, pattern);
      });
    }

    it("makes nothing in a preview: the value is unknown, the rest is known", async () => {
      const { id, state } = await plugin.of(types.password).create({ length: UNKNOWN, special: false }, { preview: true });
      assert.equal(id, "");
      const outputs = { result: secret(UNKNOWN), bcryptHash: secret(UNKNOWN) };
      assert.deepEqual(state, { ...PASSWORD_DEFAULTS, special: false, length: UNKNOWN, ...outputs });
    });

    it("names the official plugin for what it does not do", async () => {
      await assert.rejects(
        plugin.of(type("RandomPet")).check({}),
        /RandomPet is not something .* pulumi plugin install resource random 4\.21\.2/,
      );
    });
  });

  describe("diff", () => {
    const old = { ...PASSWORD_DEFAULTS, length: 8, keepers: { v: "1" }, result: secret("x"), bcryptHash: secret("y") };
    const inputs = { length: 8, keepers: { v: "1" } };
    const cases: [string, Json, Json, Record<string, string>][] = [
      ["nothing changed", old, inputs, {}],
      ["a default is written out", old, { ...inputs, special: true, number: true }, {}],
      ["an input became secret", old, { ...inputs, length: secret(8) }, {}],
      ["a keeper changed", old, { ...inputs, keepers: { v: "2" } }, { "keepers.v": "UPDATE_REPLACE" }],
      ["a keeper more", old, { ...inputs, keepers: { v: "1", w: "" } }, { "keepers.w": "ADD_REPLACE" }],
      ["no keepers any more", old, { length: 8 }, { keepers: "DELETE_REPLACE" }],
      ["a keeper is not known yet", old, { ...inputs, keepers: { v: UNKNOWN } }, { "keepers.v": "UPDATE_REPLACE" }],
      ["another length", old, { ...inputs, length: 9 }, { length: "UPDATE_REPLACE" }],
      ["a default is changed", old, { ...inputs, special: false }, { special: "UPDATE_REPLACE" }],
      ["other special characters", old, { ...inputs, overrideSpecial: "_" }, { overrideSpecial: "ADD_REPLACE" }],
      ["no special characters of its own, as before", { ...old, overrideSpecial: "" }, inputs, { overrideSpecial: "DELETE" }],
      ["keepers without a member", { ...old, keepers: {} }, { length: 8 }, { keepers: "DELETE" }],
      ["keepers for the first time", { ...old, keepers: {} }, inputs, { "keepers.v": "ADD_REPLACE" }],
    ];
    for (const [title, state, news, changes] of cases) {
      it(title, async () => assert.deepEqual(await plugin.of(types.password).diff(state, news), changes));
    }

    it("replaces bytes also for keepers without a member", async () => {
      const state = { length: 4, base64: secret("AAAAAA=="), hex: secret("00000000") };
      assert.deepEqual(await plugin.of(types.bytes).diff(state, { length: 4, keepers: {} }), { keepers: "ADD_REPLACE" });
    });
  });

  it("keeps the value where a change needs no replacement", async () => {
    const password = plugin.of(types.password);
    const { state } = await password.create({ length: 8, keepers: {} });
    const { keepers: _, ...kept } = state;
    assert.deepEqual(await password.update(state, { length: 8 }), kept);
  });

  describe("read", () => {
    it("gives back the state on refresh", async () => {
      const { id, state } = await plugin.of(types.id).create({ byteLength: 2 });
      assert.deepEqual(await plugin.of(types.id).read(id, state, { byteLength: 2 }), { id, state, inputs: { byteLength: 2 } });
    });

    const imports: [keyof typeof types, string, string, Json][] = [
      ["string", "Abc", "Abc", { length: 3 }],
      ["password", "hunter2", "none", { length: 7 }],
      ["bytes", "AAECAw==", "AAECAw==", { length: 4 }],
      ["id", "my,pre,AAEC", "AAEC", { byteLength: 3, prefix: "my,pre" }],
      ["integer", "3,1,6", "3", { min: 1, max: 6 }],
      ["uuid", "6BA7B810-9dad-11d1-80b4-00c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", {}],
    ];
    for (const [kind, id, expected, program] of imports) {
      it(`imports (${kind}), and a program that says the same has no change`, async () => {
        const resource = plugin.of(types[kind]);
        const imported = await resource.read(id);
        assert.equal(imported.id, expected);
        assert.deepEqual(await resource.diff(imported.state, program), {});
        assert.deepEqual(await resource.diff(imported.state, imported.inputs), {});
      });
    }

    it("keeps an imported password secret", async () => {
      const { state } = await plugin.of(types.password).read("hunter2");
      assert.equal(opened(state.result), "hunter2");
      assert.ok(compareSync("hunter2", opened(state.bcryptHash)));
    });

    const refused: [keyof typeof types, string, RegExp][] = [
      ["bytes", "not base64!", /must be the bytes in base64/],
      ["id", "a+b", /must be \[PREFIX,\]BASE64URL/],
      ["integer", "3", /must be RESULT,MIN,MAX/],
      ["uuid", "3", /must be a UUID/],
      ["shuffle", "-", /cannot be imported/],
    ];
    for (const [kind, id, message] of refused) {
      it(`refuses to import "${id}" (${kind})`, () => assert.rejects(plugin.of(types[kind]).read(id), message));
    }
  });

  it("deletes without a word", () => plugin.of(types.uuid).delete({ result: "x" }));
});
