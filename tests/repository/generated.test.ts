import assert from "node:assert/strict";
import Ajv from "ajv";
import { parse } from "yaml";
import { generatedFiles, isShipped } from "../../cli/generate/files";
import { SCHEMA_FILE } from "../../cli/generate/stackFile";
import { stacks } from "../../cli/generate/stacks";
import { inline } from "../../cli/generate/words";
import { parseConfig } from "../../components/configuration";
import { parseDocuments } from "../../kubernetes/yaml";
import { exampleOf } from "../config/examples";
import { asInput, readFixtures } from "../config/stackFile";

const files = generatedFiles();
const contentOf = (path: string) => files.find((file) => file.path === path)!.content;

describe("what is made from the schemas", () => {
  for (const { path, current, content, own } of files) {
    it(`${path} is up to date`, function () {
      // Whoever runs the platform sets values there, and Pulumi the salt of their secrets: then the file is theirs, and no copy of ours.
      if (own) return this.skip();
      assert.ok(current === content, `${path} is older than the schemas, or was changed by hand: npm run generate`);
    });
  }

  it("takes a stack file for its owner's as soon as it says anything else", () => {
    const { values } = stacks[0]!;
    const text = contentOf("Pulumi.homelab.yaml");
    assert.ok(isShipped(text, values));
    assert.ok(!isShipped(text.replace("context: homelab", "context: mine"), values));
    assert.ok(!isShipped(`encryptionsalt: v1:abc\n${text}`, values));
    assert.ok(!isShipped("config: [", values));
  });
});

describe("the project's stacks", () => {
  for (const { name, values } of stacks) {
    it(`${name}: its file says what was chosen, to every reader of YAML`, () => {
      const text = contentOf(`Pulumi.${name}.yaml`);
      for (const version of ["1.1", "1.2"] as const) assert.deepEqual(parse(text, { version }), { config: values });
      const [document] = parseDocuments(text);
      assert.deepEqual(document && "value" in document && document.value, { config: values });
    });

    it(`${name}: is right as it stands, but for the context that \`npm start\` finds for dev`, () => {
      const result = parseConfig(asInput(values));
      const wrong = result.ok ? [] : result.problems.map(({ key }) => key);
      assert.deepEqual(wrong, name === "dev" ? ["homelab:context"] : []);
    });
  }

  it("homelab: its commented sections are examples that can be made active as they are", () => {
    const text = contentOf("Pulumi.homelab.yaml");
    const sections = [...text.matchAll(/^  # homelab:(\w+):\n(  # .*\n)+/gm)];
    assert.ok(sections.length >= 3, `only ${sections.length} sections were found`);
    for (const [block, key] of sections) {
      const made = parse(block.replace(/^  # /gm, "")) as Record<string, unknown>;
      assert.deepEqual(made[`homelab:${key}`], exampleOf(key!), key);
    }
  });

  it("differ in their context: dev has none, so that nothing is done to a cluster by accident", () => {
    const contexts = stacks.map(({ values }) => values["homelab:context"]);
    assert.deepEqual(contexts, ["homelab", undefined]);
  });
});

describe("Pulumi.yaml", () => {
  const { config } = parse(contentOf("Pulumi.yaml")) as { config: Record<string, { type?: string; default?: unknown }> };

  it("has the CLI refuse nothing: a default everywhere, and no type but text", () => {
    for (const [key, { type, default: standard }] of Object.entries(config)) {
      assert.notEqual(standard, undefined, key);
      assert.ok(type === undefined || type === "string", key);
    }
  });

  it("has defaults that mean the same as leaving the key out", () => {
    const defaults = Object.fromEntries(Object.entries(config).map(([key, entry]) => [`homelab:${key}`, entry.default]));
    const context = { "homelab:context": "home" };
    assert.deepEqual(parseConfig(asInput({ ...defaults, ...context })), parseConfig(asInput(context)));
  });
});

describe(SCHEMA_FILE, () => {
  const ajv = new Ajv({ allErrors: true });
  const fits = ajv.compile(JSON.parse(contentOf(SCHEMA_FILE)) as object);
  const refused = (config: unknown) => (fits({ config }) ? [] : fits.errors!.map(({ dataPath }) => dataPath));

  for (const { name, content } of readFixtures("accepted")) {
    it(`lets pass what the program accepts: ${name}`, () => assert.deepEqual(refused(content.config), []));
  }
  for (const { name, values } of stacks) it(`lets pass the stack ${name}`, () => assert.deepEqual(refused(values), []));

  const rejected = new Map(readFixtures("rejected").map(({ name, content }) => [name, content.config]));
  for (const [fixture, path] of [
    ["unknown-keys", ""],
    ["certificate-mode", "['homelab:certificates'].mode"],
    ["just-outside", "['homelab:registry'].bcryptCost"],
    ["lists-and-maps", "['homelab:registry']"],
    ["password-plain", "['homelab:registry'].users[0].password"],
  ] as const) {
    it(`refuses what any reader can see: ${fixture}`, () => {
      const found = refused(rejected.get(fixture));
      assert.ok(found.includes(`.config${path}`), found.join("\n"));
    });
  }
});

describe("a value on one line", () => {
  for (const [value, text] of [
    ["docker.io/library/registry:3.1.1", "docker.io/library/registry:3.1.1"],
    ["~/.kube/config", "~/.kube/config"],
    ["2", '"2"'],
    ["yes", '"yes"'],
    ["on a: b", '"on a: b"'],
    ["", '""'],
    [["/", "a b"], "[/, a b]"],
    [{ cpu: "100m", memory: { deep: ["a, b"] } }, '{ cpu: 100m, memory: { deep: ["a, b"] } }'],
    [[], "[]"],
    [{}, "{}"],
  ] as const) {
    it(text, () => {
      assert.equal(inline(value), text);
      assert.deepEqual(parse(`key: ${text}`, { version: "1.1" }), { key: value });
    });
  }
});
