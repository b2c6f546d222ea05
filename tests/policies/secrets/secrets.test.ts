import assert from "node:assert/strict";
import { configure } from "../../../policies/configuration";
import { checkManifests } from "../../../policies/manifests/check";
import { WRITERS } from "../../../policies/reports";
import { RULES } from "../../../policies/rules";
import { HARMLESS } from "./harmless";
import { args, env, file, random, values, word } from "./objects";
import { CHARTS, COMMANDS, LINES, NAMES, TOKENS } from "./written";

function report(object: object) {
  const all = Object.fromEntries(RULES.filter(({ id }) => id !== "plain-secrets").map(({ id }) => [id, "disabled"]));
  const configured = configure(RULES, all, "2026-06-30");
  return checkManifests([{ file: "o.json", text: JSON.stringify(object), found: false }], configured);
}

/** One finding at least, and in no format any part of the secret. */
function refuses(object: object, secret: string): void {
  const found = report(object);
  assert.notEqual(found.findings.length, 0, "not found");
  const pieces = (secret.match(/[A-Za-z0-9+/]{8,}/g) ?? []).filter((piece) => /\d/.test(piece));
  assert.notEqual(pieces.length, 0);
  for (const [format, write] of Object.entries(WRITERS)) {
    const text = write(found, []);
    for (const piece of pieces) assert.ok(!text.includes(piece), `the ${format} report repeats it`);
  }
}

describe("secrets in plain text", () => {
  for (const [title, token] of Object.entries(TOKENS)) {
    it(`are found by their form: ${title}`, () => {
      for (const object of [
        env("SETTING", token),
        file("setting", token),
        file("a.yaml", `a: 1\nb: ${token}\n`),
        values({ a: [token] }),
      ]) {
        refuses(object, token);
      }
    });
  }

  for (const name of NAMES.split(" ")) {
    it(`are found by their name: ${name}`, () => {
      const secret = `${random(19)}7`;
      for (const object of [env(name, secret), file(name, secret), values({ [name]: secret })]) refuses(object, secret);
    });
  }

  for (const [title, write] of Object.entries(LINES)) {
    it(`are found in ${title}`, () => {
      const secret = word();
      refuses(file(...write(secret)), secret);
    });
  }

  for (const [title, make] of Object.entries({ ...COMMANDS, ...CHARTS })) {
    it(`are found in ${title}`, () => {
      const secret = word();
      refuses(make(secret), secret);
    });
  }

  for (const [title, objects] of Object.entries(HARMLESS)) {
    it(`are not taken for ${title}`, () => {
      for (const object of objects) assert.deepEqual(report(object).findings, [], JSON.stringify(object).slice(0, 300));
    });
  }

  it("are looked for in long texts that almost are what the forms begin with", function () {
    this.timeout(20_000);
    for (const piece of [
      "{{",
      "sk-",
      "sk-a_",
      "LS0tLS1CRUdJTi",
      "-----BEGIN ",
      "http://a:",
      "password=",
      "user=a ",
      "<a>",
      '"a": ',
      "$(",
      "a.",
    ]) {
      const text = piece.repeat(100_000 / piece.length);
      for (const object of [
        env("API_TOKEN", text),
        file("password", text),
        file("a.yaml", `${text}\n`),
        args("--password", text),
      ]) {
        report(object);
      }
    }
  });

  it("are found behind a name that the configuration allows", () => {
    const text = `csrf_token: ${random(20)}\npassword: ${word()}\n`;
    const configured = configure(RULES, { "plain-secrets": { ignoredNames: ["csrf_token"] } }, "2026-06-30");
    const { findings } = checkManifests(
      [{ file: "o.json", text: JSON.stringify(file("a.yaml", text)), found: false }],
      configured,
    );
    assert.match(findings.find(({ rule }) => rule === "plain-secrets")?.message ?? "", /\("password"\)/);
  });
});
