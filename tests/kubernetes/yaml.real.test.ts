import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parseDocuments, toJson, toYaml } from "../../kubernetes/yaml";
import { resolveScalar } from "../../kubernetes/yaml/scalars";
import { buildPrograms } from "../../lab/engine/build";
import { root } from "../../shared/paths";
import { yamlProgram } from "../../lab/yaml/program";

/*
 * The house's reader beside the real one, which kubectl and the API server use. What the real one reads, the house's reads alike;
 * it may refuse more (a key that stands twice, a second document behind `...`), and says so.
 */

type Read = { value?: unknown; error?: string };

describe("YAML beside the reader of Kubernetes", function () {
  // Go compiles it the first time.
  this.timeout(600_000);
  let program: string;

  before(async () => {
    program = (await buildPrograms([yamlProgram])).yaml!;
  });

  function real(texts: string[]): Read[][] {
    const answer = spawnSync(program, { input: JSON.stringify(texts), encoding: "utf8", maxBuffer: 1 << 29 });
    assert.equal(answer.status, 0, answer.stderr);
    return JSON.parse(answer.stdout) as Read[][];
  }

  /** Both as JSON texts with their keys in order; the real one's large integers are compared by their digits in scalars below. */
  function compare(texts: string[]): number {
    let read = 0;
    real(texts).forEach((expected, index) => {
      const text = texts[index]!;
      const found = parseDocuments(text, { lastKeyCounts: true });
      if (expected.some(({ error }) => error !== undefined)) return;
      if (found.some((document) => "error" in document)) return;
      read += 1;
      const values = found.map((document) => ("value" in document ? JSON.parse(toJson(document.value)) : undefined) as unknown);
      const those = expected.map(({ value }) => value).filter((value) => value !== undefined && value !== null);
      // Go writes the sign of zero.
      assert.deepEqual(values, JSON.parse(JSON.stringify(those)), JSON.stringify(text));
    });
    return read;
  }

  const WORDS = "true false yes no on off y n null ~ .inf -.inf .nan << = 0 00 0x 0b 0o - + . _ e E".split(" ");
  const word = fc
    .constantFrom(...WORDS)
    .chain((text) => fc.constantFrom(text, text.toUpperCase(), text[0]!.toUpperCase() + text.slice(1)));
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789_.:-+eExobXOBTZ aAfF~"), maxLength: 24 });
  const scalar = fc.oneof(
    word,
    digits,
    fc.tuple(word, digits).map((parts) => parts.join("")),
  );

  it("every plain scalar, by its digits", () => {
    const scalars = fc.sample(scalar, 20_000).filter((text) => text === text.trim() && !/^- |: |:$| #|^-$|^$/.test(text));
    const answers = real(scalars.map((text) => `a: ${text}\n`));
    let same = 0;
    scalars.forEach((text, index) => {
      const [expected] = answers[index]!;
      const [found] = parseDocuments(`a: ${text}\n`);
      if (expected?.error !== undefined || found === undefined || "error" in found) {
        assert.equal(found !== undefined && "error" in found, expected?.error !== undefined, text);
        return;
      }
      same += 1;
      // Go writes the sign of zero.
      assert.deepEqual(JSON.parse(toJson(found.value)), JSON.parse(JSON.stringify(expected!.value)), text);
    });
    assert.ok(same > 15_000, String(same));
  });

  it("numbers as keys", () => {
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), digits);
    const keys = fc.sample(number, 10_000).filter((text) => /^[-+.\d]/.test(text) && !/: |:$| #|\s$|^- |^-$/.test(text));
    const chosen = [
      "7e6",
      "123456.0",
      "1234567.0",
      "0.0001",
      "0.00001",
      "1.0",
      "-0.0",
      "1e300",
      "-1e300",
      "1e-50",
      "16777217.0",
      "0.1",
    ];
    const read = compare([...chosen, ...keys].map((key) => `${key}: x\n`));
    assert.ok(read > keys.length / 2, String(read));
  });

  it("large integers to the last digit", () => {
    const integers = [2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)].map(String);
    const given = integers.map((text) => `{"a": ${text}}`);
    const answer = spawnSync(program, { input: JSON.stringify(given), encoding: "utf8" }).stdout;
    const found = given.map((text) => toJson((parseDocuments(text)[0] as { value: unknown }).value));
    assert.equal(
      `[${found.map((json) => `[{"value":${json}}]`).join(",")}]`,
      answer
        .trim()
        .replaceAll(/\{"value":\s*/g, '{"value":')
        .replaceAll(": ", ":"),
    );
  });

  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."abyn01:#-? \t\"'{}[],&*!|>%@`~<.\n".split(""), "é"), maxLength: 20 }),
    scalar,
  );
  const quoted = text.map((value) => JSON.stringify(value));
  const single = text.filter((value) => !/[\n\t]/.test(value)).map((value) => `'${value.replaceAll("'", "''")}'`);
  const line = fc.string({ unit: fc.constantFrom(..."ab: #-\t'\""), maxLength: 8 });
  const block = fc
    .tuple(fc.constantFrom("|", "|-", "|+", ">", ">-", ">+", "|2"), fc.array(line, { maxLength: 6 }))
    .map(([style, lines]) => `${style}\n${["  x", ...lines.map((one) => (one === "" ? "" : `  ${one}`))].join("\n")}`);
  const value = fc.oneof(
    quoted,
    single,
    block,
    scalar,
    fc.constantFrom("", "&a b", "*a", "!x y", "!x 1", "!!str 1", "!!map", "! 1", "{a: 1, <<: {a: 2}}", "[a, , b]"),
  );
  const key = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("a", "b", "c", "<<", "1", "y", "'y'") },
    quoted.filter((one) => one.length < 60 && typeof resolveScalar(JSON.parse(one) as string) === "string"),
  );
  const entry = fc.tuple(key, value, fc.constantFrom("", "", "", " # c")).map(([name, content, comment]) => {
    return content.includes("\n") ? `${name}: ${content}` : `${name}: ${content}${comment}`;
  });
  const map = fc.array(entry, { minLength: 1, maxLength: 6 }).map((entries) => entries.join("\n") + "\n");
  const nested = fc.tuple(map, map).map(([outer, inner]) => `${outer}z:\n${inner.replaceAll(/^(?=.)/gm, "  ")}`);
  const list = fc
    .array(
      value.filter((one) => !one.includes("\n") && !one.startsWith("-")),
      { maxLength: 5 },
    )
    .map((items) => `l:\n${items.map((one) => `- ${one}\n`).join("")}`);
  const stream = fc
    .array(
      fc.tuple(fc.oneof(map, nested, list), fc.constantFrom("---\n", "---\n---\n", "--- # c\n", "---\n# c\n", "...\n---\n")),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.map(([content, separator]) => separator.replace(/^\.\.\.\n/, "") + content).join(""));

  /** Lists and maps in block style within each other to any depth, with empty items, comments and blank lines anywhere. */
  const leaf = fc.constantFrom("", "", "a", "1", "~", "'b'", '"c"', "[x, , y]", "{k: v}", "!t", "&n", "|\n  text", "# c", "[]");
  const gap = fc.constantFrom("", "", "", "", "\n", "# c\n", "  # c\n", "    # c\n\n");
  const { tree } = fc.letrec<{ tree: string }>((tie) => {
    const child = fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 4, arbitrary: tie("tree") });
    const indented = (content: string, width: number) => content.replaceAll(/^(?=.)/gm, " ".repeat(width));
    const item = fc.tuple(child, gap, fc.boolean(), fc.integer({ min: 1, max: 3 })).map(([content, before, compact, width]) =>
      // On the dash's own line, or below it.
      compact || !content.includes("\n")
        ? `${before}-${indented(`\n${content}`, width + 1).slice(2)}\n`
        : `${before}-\n${indented(content, width)}\n`,
    );
    const pair = fc
      .tuple(child, gap, fc.constantFrom("a", "b", "'c'", "? d\n", "? - e\n", "?\n"), fc.integer({ min: 0, max: 3 }))
      .map(([content, before, name, width]) => {
        const inside = content.includes("\n")
          ? `\n${indented(content, content.startsWith("-") ? width : width + 1)}`
          : ` ${content}`;
        return `${before}${name}:${inside}\n`;
      });
    const blocks = fc.oneof(fc.array(item, { minLength: 1, maxLength: 4 }), fc.array(pair, { minLength: 1, maxLength: 4 }));
    return {
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        blocks.map((parts) => parts.join("")),
      ),
    };
  });

  it("lists and maps within each other, with empty items, comments and blank lines", () => {
    const texts = fc.sample(tree, 20_000).map((content) => `${content}\n`);
    const read = compare(texts);
    assert.ok(read > 8_000, String(read));
  });

  it("documents of every form", () => {
    const texts = fc.sample(stream, 10_000);
    const read = compare(texts);
    assert.ok(read > 2_000, String(read));
  });

  it("refuses little that the real one reads", () => {
    // Keys that stand twice beside a merge, and numbers that JSON does not have, are refused by intention.
    const texts = fc.sample(map, 5_000).filter((one) => !/<<|\.inf|\.nan/i.test(one));
    const refused = real(texts).flatMap((expected, index) => {
      const found = parseDocuments(texts[index]!, { lastKeyCounts: true });
      return found.some((one) => "error" in one) && expected.every(({ error }) => error === undefined) ? [texts[index]!] : [];
    });
    assert.ok(refused.length < 5, JSON.stringify(refused.slice(0, 20), null, 1));
  });

  it("what is written for persons and programs arrives as it was", () => {
    const any = fc.oneof(text, fc.string({ unit: "binary", maxLength: 12 }), fc.integer(), fc.boolean(), fc.constant(null));
    const marks = fc.constantFrom("---", "...").chain((mark) => text.map((rest) => mark + rest));
    const names = fc.oneof(text, marks, fc.constantFrom("registry.example:5000")).filter((name) => name !== "");
    const values = fc.sample(
      fc.dictionary(names, fc.oneof(any, fc.array(any), fc.dictionary(names, any)), { minKeys: 1 }),
      5_000,
    );
    const read = real(values.map(toYaml));
    values.forEach((written, index) =>
      assert.deepEqual(read[index], [{ value: JSON.parse(JSON.stringify(written)) as unknown }], toYaml(written)),
    );
  });

  it("the manifests and stack files of this project", () => {
    const folders = ["tests/fixtures/manifests/good", "tests/fixtures/manifests/bad", "docs", "."];
    const files = folders.flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => /\.ya?ml$/.test(name))
        .map((name) => readFileSync(join(root, folder, name), "utf8")),
    );
    assert.equal(compare(files), files.length);
  });
});
