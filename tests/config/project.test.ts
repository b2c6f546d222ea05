import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseConfig } from "../../components/configuration";
import { schema } from "../../components/services/sections";
import { asInput } from "./stackFile";

const root = join(__dirname, "../..");
const read = (file: string) => parse(readFileSync(join(root, file), "utf8"));
const keys: Record<string, { type?: string; default?: unknown; description?: string }> = read("Pulumi.yaml").config;

describe("Pulumi.yaml", () => {
  it("lists the keys that the program knows, in the same order", () => {
    assert.deepEqual(Object.keys(keys), Object.keys(schema.shape));
  });
  it("describes every key", () => {
    for (const [key, { description }] of Object.entries(keys)) assert.ok(description, key);
  });
  it("has the CLI refuse nothing: a default everywhere, and no type but text", () => {
    for (const [key, { type, default: standard }] of Object.entries(keys)) {
      assert.notEqual(standard, undefined, key);
      assert.ok(type === undefined || type === "string", key);
    }
  });
  it("has defaults that mean the same as leaving the key out", () => {
    const defaults = Object.fromEntries(Object.entries(keys).map(([key, entry]) => [`homelab:${key}`, entry.default]));
    const context = { "homelab:context": "home" };
    assert.deepEqual(parseConfig(asInput({ ...defaults, ...context })), parseConfig(asInput(context)));
  });
});

describe("the project's own stacks", () => {
  it("homelab is right as it stands", () => {
    const result = parseConfig(asInput(read("Pulumi.homelab.yaml").config));
    assert.deepEqual(result.ok ? [] : result.problems, []);
  });
  it("dev lacks its context, which `npm start` finds, and nothing else", () => {
    const result = parseConfig(asInput(read("Pulumi.dev.yaml").config));
    assert.deepEqual(result.ok ? [] : result.problems.map(({ key }) => key), ["homelab:context"]);
  });
});
