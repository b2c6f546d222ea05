import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import * as bcrypt from "bcryptjs";
import fc from "fast-check";
import { generatedPasswordCost, hashPassword, htpasswdFile, saltLength } from "../../components/services/registry/htpasswd";

const salt = Buffer.from("0123456789abcdef").toString("base64");

describe("htpasswd: hashes", () => {
  const passwords = [
    "a",
    "correct horse battery staple",
    "päßwörd",
    "日本語",
    "a:b#c$d'e\"f\\g",
    " spaces ",
    "x".repeat(72),
    "é".repeat(36),
  ];
  for (const password of passwords) {
    it(`verifies ${JSON.stringify(password.slice(0, 30))} and nothing else`, () => {
      const hash = hashPassword({ password, salt, cost: 4 });
      assert.ok(bcrypt.compareSync(password, hash));
      assert.ok(!bcrypt.compareSync(`${password.slice(0, -1)}~`, hash));
    });
  }

  it("verifies whatever is hashed, with any salt", () => {
    const password = fc
      .string({ minLength: 1, maxLength: 18, unit: "grapheme" })
      .filter((text) => !text.includes("\0") && Buffer.byteLength(text) <= 72);
    const bytes = fc.uint8Array({ minLength: saltLength, maxLength: saltLength });
    fc.assert(
      fc.property(password, bytes, (text, raw) => {
        const args = { password: text, salt: Buffer.from(raw).toString("base64"), cost: 4 };
        const hash = hashPassword(args);
        assert.ok(bcrypt.compareSync(text, hash));
        assert.equal(hashPassword(args), hash);
      }),
      { numRuns: 25 },
    );
  });

  it("depends on the password, the salt and the cost, and on nothing else", () => {
    const args = { password: "secret", salt, cost: 4 };
    assert.equal(hashPassword(args), hashPassword({ ...args }));
    const other = { password: "Secret", salt: randomBytes(saltLength).toString("base64"), cost: 5 };
    for (const key of ["password", "salt", "cost"] as const) {
      assert.notEqual(hashPassword({ ...args, [key]: other[key] }), hashPassword(args), key);
    }
  });

  for (const cost of [4, generatedPasswordCost, 10]) {
    it(`writes cost ${cost} into the hash, in the form the registry reads`, () => {
      const hash = hashPassword({ password: "secret", salt, cost });
      assert.match(hash, /^\$2b\$\d\d\$[./A-Za-z0-9]{53}$/);
      assert.equal(bcrypt.getRounds(hash), cost);
    });
  }

  const refused: [string, Partial<Parameters<typeof hashPassword>[0]>, RegExp][] = [
    ["an empty password", { password: "" }, /empty/],
    ["73 bytes", { password: "x".repeat(73) }, /longer than 72 bytes/],
    ["73 bytes in 25 characters", { password: `${"日".repeat(24)}é` }, /longer than 72 bytes/],
    ["a NUL character", { password: "a\0b" }, /NUL/],
    ["a short salt", { salt: Buffer.from("short").toString("base64") }, /16 bytes/],
    ["a long salt", { salt: Buffer.alloc(17).toString("base64") }, /16 bytes/],
    ["cost 3", { cost: 3 }, /from 4 to 31/],
    ["cost 4.5", { cost: 4.5 }, /from 4 to 31/],
  ];
  for (const [name, change, message] of refused) {
    it(`refuses ${name} without repeating the password`, () => {
      const args = { password: "secret", salt, cost: 4, ...change };
      assert.throws(
        () => hashPassword(args),
        (error: Error) => {
          assert.match(error.message, message);
          assert.ok(args.password === "" || !error.message.includes(args.password));
          return true;
        },
      );
    });
  }
});

describe("htpasswd: the file", () => {
  it("has one line per user, in the order given", () => {
    assert.equal(
      htpasswdFile([
        { name: "b", hash: "$2b$1" },
        { name: "a.c-d", hash: "$2b$2" },
      ]),
      "b:$2b$1\na.c-d:$2b$2\n",
    );
    assert.equal(htpasswdFile([]), "");
  });

  for (const name of ["", "a:b", "a b", "#a", "a\nb", "a\t"]) {
    it(`refuses the name ${JSON.stringify(name)}`, () => {
      assert.throws(() => htpasswdFile([{ name, hash: "h" }]), /cannot be a user's name/);
    });
  }

  it("refuses a name that is there twice", () => {
    assert.throws(
      () =>
        htpasswdFile([
          { name: "a", hash: "1" },
          { name: "a", hash: "2" },
        ]),
      /"a" exists twice/,
    );
  });
});
