import assert from "node:assert/strict";
import { parseDocuments, toJson } from "../../kubernetes/yaml";

describe("reading documents", () => {
  const cases: [string, string, [unknown, number][]][] = [
    ["one document", "a: 1\n", [[{ a: 1 }, 1]]],
    [
      "several, with the line where each begins",
      "a: 1\n---\nb: 2\n--- # c\n\n# d\nc: 3\n",
      [
        [{ a: 1 }, 1],
        [{ b: 2 }, 3],
        [{ c: 3 }, 7],
      ],
    ],
    ["none in blanks and comments", "\n# a\n---\n---\n# b\n", []],
    [
      "a document on the marker's line",
      "--- {a: 1}\n--- {b: 2}\n",
      [
        [{ a: 1 }, 1],
        [{ b: 2 }, 2],
      ],
    ],
    ["a marker in a text that is indented", "a: |\n  x\n  ---\n  y\n", [[{ a: "x\n---\ny\n" }, 1]]],
    [
      "Windows line ends and a byte order mark",
      "\ufeffa: 1\r\n---\r\nb: 2\r\n",
      [
        [{ a: 1 }, 1],
        [{ b: 2 }, 3],
      ],
    ],
    ["a directive and an end marker", "%YAML 1.2\n---\na: 1\n...\n", [[{ a: 1 }, 3]]],
    ["JSON", '\n{"a": [1]}', [[{ a: [1] }, 2]]],
    [
      "JSON texts one below the other",
      '{"a": 1}\n{"b": 2}\n{\n  "c": {\n  }\n}\n\n{"d": 4}',
      [
        [{ a: 1 }, 1],
        [{ b: 2 }, 2],
        [{ c: {} }, 3],
        [{ d: 4 }, 8],
      ],
    ],
    ["flow style that is no JSON", "{a: [1]}", [[{ a: [1] }, 1]]],
    [
      "the booleans of YAML 1.1, but not in quotes",
      "a: [yes, off, n, Y, yEs, 'yes', \"n\"]",
      [[{ a: [true, false, false, true, "yEs", "yes", "n"] }, 1]],
    ],
    [
      "octal, binary and grouped numbers",
      "a: [0755, 0o17, 0b11, 0x1F, 1_000, 08, 1e3]",
      [[{ a: [493, 15, 3, 31, 1000, 8, 1000] }, 1]],
    ],
    [
      "times and versions as text",
      "a: [1:30, 22:22, 2026-01-31, 1.2.3, 1e400]",
      [[{ a: ["1:30", "22:22", "2026-01-31", "1.2.3", "1e400"] }, 1]],
    ],
    [
      "all digits of large integers, in JSON too",
      'a: 9007199254740993\n---\n{"b": -9223372036854775808}',
      [
        [{ a: 9007199254740993n }, 1],
        [{ b: -9223372036854775808n }, 3],
      ],
    ],
    ["keys that are no texts", "{1: a, y: b, 0x10: c}", [[{ "1": "a", true: "b", "16": "c" }, 1]]],
    [
      "merges in the order of the map",
      "a: &a {b: 1}\nc: {b: 2, <<: *a}\nd: {<<: [*a, {b: 3, e: 4}], f: <<, '<<': 5}",
      [[{ a: { b: 1 }, c: { b: 1 }, d: { b: 1, e: 4, f: "<<", "<<": 5 } }, 1]],
    ],
    ["empty items before others", "- -\n- b\n", [[[[null], "b"], 1]]],
    [
      "keys that are numbers with a point",
      "{7e6: a, 1.0: b, 0.00001: c, 0.1: d}",
      [[{ "7e+06": "a", "1": "b", "1e-05": "c", "0.1": "d" }, 1]],
    ],
    ["empty items in the list of a key", "l:\n  -  -\n  - b\n", [[{ l: [[null], "b"] }, 1]]],
    ["keys that a merge brought, written again", "a: &x {b: 1}\nc: {<<: *x, b: 2}\n", [[{ a: { b: 1 }, c: { b: 2 } }, 1]]],
    ["merge keys", "a: &x {b: 1}\nc: {<<: *x, d: 2}", [[{ a: { b: 1 }, c: { b: 1, d: 2 } }, 1]]],
    ["dates and versions as text", "a: 2026-01-31\nb: 1.2.3", [[{ a: "2026-01-31", b: "1.2.3" }, 1]]],
  ];
  for (const [title, text, expected] of cases) {
    it(`finds ${title}`, () => {
      assert.deepEqual(
        parseDocuments(text).map((document) => ["value" in document ? document.value : document.error, document.line]),
        expected,
      );
    });
  }

  it("goes on after one that is broken, and names its line", () => {
    const documents = parseDocuments("a: 1\n---\nb: [1,\nc: }\n---\nd: 4\n");
    assert.deepEqual(
      documents.map((document) => ["error" in document, document.line]),
      [
        [false, 1],
        [true, 4],
        [false, 6],
      ],
    );
  });

  it("refuses a key that stands twice", () => {
    const document = parseDocuments("a: 1\nb: 2\na: 3\n")[0]!;
    assert.ok("error" in document && document.line === 3);
  });

  it("repeats nothing of what it cannot read, which may be a password", () => {
    for (const value of ["*hunter22", "!h!hunter22", "{hunter22", '"hunter22', "@hunter22"]) {
      const document = parseDocuments(`apiVersion: v1\npassword: ${value}\n`)[0]!;
      assert.ok("error" in document && document.line >= 2, value);
      assert.doesNotMatch(document.error, /hunter/, value);
    }
  });

  it("takes off tags that it does not know, as the API server's reader does", () => {
    assert.deepEqual(parseDocuments("a: !Ref b\nc: !GetAtt [d]\ne: !!str 1\nf: !!int '2'\n"), [
      { value: { a: "b", c: ["d"], e: "1", f: 2 }, line: 1 },
    ]);
  });

  it("takes the last of keys that stand twice where that is asked for", () => {
    assert.deepEqual(parseDocuments("a: 1\na: 2\n", { lastKeyCounts: true }), [{ value: { a: 2 }, line: 1 }]);
    const merge = "x: &x {a: 3}\nz: {a: 1, <<: *x, a: 2}\n";
    assert.ok("error" in parseDocuments(merge)[0]!);
    assert.deepEqual(parseDocuments(merge, { lastKeyCounts: true }), [{ value: { x: { a: 3 }, z: { a: 2 } }, line: 1 }]);
  });

  it("refuses what JSON cannot hold", () => {
    for (const text of ["a: .inf\n", "a: [-.INF]\n", "a: .nan\n"]) assert.ok("error" in parseDocuments(text)[0]!, text);
    assert.deepEqual(parseDocuments("a: '.inf'\n"), [{ value: { a: ".inf" }, line: 1 }]);
  });

  it("refuses characters that end a line to Kubernetes only", () => {
    for (const text of ["a: 1 # c\u2028b: 2\n", 'a: "x\u0085y"\n']) assert.ok("error" in parseDocuments(text)[0]!, text);
    assert.deepEqual(parseDocuments('a: "\\u2028"\n'), [{ value: { a: "\u2028" }, line: 1 }]);
  });

  it("writes JSON with all digits, and texts that look like its own marks as they are", () => {
    const value = { a: 9007199254740993n, b: "\u0001integer 5\u0002", c: '"\\u0001integer 5\\u0002"', d: [1, null] };
    assert.equal(toJson(value).includes('{"a":9007199254740993,'), true);
    assert.deepEqual(JSON.parse(toJson({ ...value, a: 1 })), { ...value, a: 1 });
  });

  it("refuses aliases that multiply or contain themselves, not those that repeat", () => {
    const lists = [..."bcdefghi"].map((name, i) => `${name}: &${name} [${`*${"abcdefgh"[i]}, `.repeat(9)}x]`);
    for (const text of [`a: &a [x, x]\n${lists.join("\n")}\n`, "a: &a {b: *a}\n"]) {
      const document = parseDocuments(text)[0]!;
      assert.ok("error" in document && document.line === 1);
      assert.match(document.error, /aliases/);
    }
    assert.deepEqual(parseDocuments("a: &a [x]\nb: [*a, *a]\n"), [{ value: { a: ["x"], b: [["x"], ["x"]] }, line: 1 }]);
  });

  it("knows a template when it sees one, and text for a program that has templates of its own", () => {
    const cases: [string, number, boolean][] = [
      ["a: {{ .Values.b }}\n", 1, true],
      ["a: 1\nb: {{ .Values.b }}-x\n", 2, true],
      ["{{- if .Values.b }}\na: 1\n{{- end }}\n", 1, true],
      ["a:\n  {{- toYaml .b | nindent 2 }}\nc: 1\n", 2, true],
      ["a: 1\n\nb:\n  - {{ .Values.b }}\n", 4, true],
      ["a: 1\n   b: '{{ .Title }}'\n", 2, false],
      ["a: '{{ .Title }}'\nb: [\nc\n", 3, false],
    ];
    for (const [text, line, template] of cases) {
      const document = parseDocuments(text)[0]!;
      assert.ok("error" in document, text);
      assert.deepEqual([document.line, /helm template/.test(document.error)], [line, template], text);
    }
  });
});
