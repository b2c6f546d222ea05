import assert from "node:assert/strict";
import { configure } from "../../policies/configuration";
import { checkManifests } from "../../policies/manifests/check";
import { parseDocuments } from "../../policies/manifests/parse";
import { WRITERS } from "../../policies/reports";
import { RULES as ALL } from "../../policies/rules";

/** Enough rules to show what a report is made of; all of them are tried elsewhere. */
const RULES = ALL.filter(({ id }) => ["https-only", "container-resources", "single-writer-sqlite"].includes(id));

const configured = configure(RULES, undefined, "2026-06-30");

function check(text: string, found = false, file = "app.yaml") {
  return checkManifests([{ file, text, found }], configured);
}

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
      "the booleans of YAML 1.1, as the API server does, but not its letters",
      "a: [yes, off, n]",
      [[{ a: [true, false, "n"] }, 1]],
    ],
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
    const [document] = parseDocuments("a: 1\nb: 2\na: 3\n");
    assert.ok("error" in document && document.line === 3);
  });

  it("repeats nothing of what it cannot read, which may be a password", () => {
    for (const value of [
      "*hunter22",
      "!hunter22",
      "!!hunter22",
      "!h!hunter22",
      "!<hunter22> x",
      "{hunter22",
      '"hunter22',
      "@hunter22",
    ]) {
      const [document] = parseDocuments(`apiVersion: v1\npassword: ${value}\n`);
      assert.ok("error" in document && document.line >= 2, value);
      assert.doesNotMatch(document.error, /hunter/, value);
    }
  });

  it("knows tags of other programs, but not in a Kubernetes object", () => {
    assert.deepEqual(parseDocuments("a: !Ref b\nc: !GetAtt [d]\n"), [{ value: { a: "b", c: ["d"] }, line: 1 }]);
    const [document] = parseDocuments("apiVersion: v1\nkind: Pod\nspec: !Ref b\n");
    assert.ok("error" in document && document.line === 3);
  });

  it("refuses aliases that multiply or contain themselves, not those that repeat", () => {
    const lists = [..."bcdefghi"].map((name, i) => `${name}: &${name} [${`*${"abcdefgh"[i]}, `.repeat(9)}x]`);
    for (const text of [`a: &a [x, x]\n${lists.join("\n")}\n`, "a: &a {b: *a}\n"]) {
      const [document] = parseDocuments(text);
      assert.ok("error" in document && document.line === 1);
      assert.match(document.error, /aliases/);
    }
    assert.deepEqual(parseDocuments("a: &a [x]\nb: [*a, *a]\n"), [{ value: { a: ["x"], b: [["x"], ["x"]] }, line: 1 }]);
  });

  it("says of a file of templates once that it is one", () => {
    const text = "a: {{ .Values.b }}\n---\nc: {{ .Values.d }}\n";
    assert.equal(parseDocuments(text).length, 2);
    assert.equal(check(text).findings.length, 1);
  });

  it("knows a template when it sees one, and text for a program that has templates of its own", () => {
    const cases: [string, number, boolean][] = [
      ["a: {{ .Values.b }}\n", 1, true],
      ["a: 1\nb: {{ .Values.b }}-x\n", 2, true],
      ["{{- if .Values.b }}\na: 1\n{{- end }}\n", 1, true],
      ["a:\n  {{- toYaml .b | nindent 2 }}\nc: 1\n", 2, true],
      ["a: 1\n   b: '{{ .Title }}'\n", 2, false],
      ["a: '{{ .Title }}'\nb: [\nc\n", 3, false],
    ];
    for (const [text, line, template] of cases) {
      const [document] = parseDocuments(text);
      assert.ok("error" in document, text);
      assert.deepEqual([document.line, /helm template/.test(document.error)], [line, template], text);
    }
  });
});

describe("checking manifests", () => {
  const POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: n}\nspec: {containers: [{name: c}]}\n";

  it("reports what the contract promises", () => {
    const { findings, resources } = check(`# a comment\n${POD}`);
    assert.equal(resources, 1);
    assert.deepEqual(findings, [
      {
        rule: "container-resources",
        severity: "high",
        level: "mandatory",
        message:
          'Pod n/a: container "c" has no cpu request, memory request, cpu limit and memory limit. Fix: set resources.requests.cpu, resources.requests.memory, resources.limits.cpu and resources.limits.memory.',
        apiVersion: "v1",
        kind: "Pod",
        namespace: "n",
        name: "a",
        file: "app.yaml",
        line: 2,
        path: "spec.containers[0].resources",
      },
    ]);
  });

  it("counts the items of Lists, of any depth and of arrays", () => {
    const list = `apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: PodList, items: [{metadata: {name: a}}, {metadata: {name: b}}]}, {apiVersion: v1, kind: Pod}]`;
    assert.equal(check(list).resources, 3);
    assert.equal(check('[{"apiVersion": "v1", "kind": "Pod"}, {"apiVersion": "v1", "kind": "Pod"}]').resources, 2);
  });

  it("judges the objects of different files together", () => {
    const sources = [
      {
        file: "a.yaml",
        text: "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nmetadata: {name: r}\nspec: {entryPoints: [web], routes: [{middlewares: [{name: m}]}]}",
        found: true,
      },
      {
        file: "b.yaml",
        text: "apiVersion: traefik.io/v1alpha1\nkind: Middleware\nmetadata: {name: m}\nspec: {redirectScheme: {scheme: https}}",
        found: true,
      },
    ];
    assert.deepEqual(checkManifests(sources, configured).findings, []);
    assert.equal(checkManifests(sources.slice(0, 1), configured).findings.length, 1);
  });

  it("complains about what is no object, but not in a folder's other files", () => {
    for (const text of ["replicas: 3\n", "- a\n", "just words\n"]) {
      assert.equal(check(text).findings[0]?.rule, "unreadable-manifest", text);
      assert.deepEqual(check(text, true).findings, [], text);
    }
    assert.equal(check("kind: Pod\n", true).findings.length, 1);
    assert.equal(check("apiVersion: v1\n", true).findings.length, 1);
    assert.deepEqual(check("apiVersion: v2\nname: chart\n", true, "chart/Chart.yaml").findings, []);
  });

  it("reports expired exemptions without a file", () => {
    const exemption = {
      rule: "https-only",
      object: { name: "a" },
      reason: "an old agreement",
      owner: "me",
      expires: "2026-06-29",
    };
    const report = checkManifests([], configure(RULES, { settings: { exemptions: [exemption] } }, "2026-06-30"));
    assert.deepEqual(
      report.findings.map(({ rule, level, file }) => [rule, level, file]),
      [["exemptions", "mandatory", ""]],
    );
  });

  it("writes every format, also for hostile names and for nothing", () => {
    const hostile = check(
      'apiVersion: v1\nkind: Pod\nmetadata: {name: "a<b>&\\"|\\u0007`]]>"}\nspec: {containers: [{name: c}]}\n---\n{',
    );
    for (const [format, write] of Object.entries(WRITERS)) {
      const rules = configured.settings.map(({ policy }) => policy);
      assert.ok(write({ findings: [], resources: 0 }, rules).length > 0, format);
      assert.doesNotMatch(write(hostile, rules), /\u0007/, format);
    }
  });

  it("writes SARIF whose results point at rules and lines", () => {
    const log = JSON.parse(WRITERS.sarif(check(`${POD}---\n{`), RULES));
    const [run] = log.runs;
    assert.equal(log.version, "2.1.0");
    assert.deepEqual(
      run.results.map((result: { ruleId: string; ruleIndex: number; locations: { physicalLocation: unknown }[] }) => [
        result.ruleId,
        run.tool.driver.rules[result.ruleIndex].id,
        result.locations[0].physicalLocation,
      ]),
      [
        ["container-resources", "container-resources", { artifactLocation: { uri: "app.yaml" }, region: { startLine: 1 } }],
        ["unreadable-manifest", "unreadable-manifest", { artifactLocation: { uri: "app.yaml" }, region: { startLine: 6 } }],
      ],
    );
  });

  it("writes JUnit that counts failures and keeps rules without findings", () => {
    const xml = WRITERS.junit(check(POD), RULES);
    assert.match(xml, new RegExp(`<testsuites name="policies" tests="${RULES.length}" failures="1">`));
    assert.match(xml, /<testcase classname="https-only" name="all objects"\/>/);
    assert.match(xml, /message="Pod n\/a: container &#34;c&#34; has no/);
  });

  it("writes Markdown in which names are no markup", () => {
    const text = WRITERS.markdown(
      check('apiVersion: v1\nkind: Pod\nmetadata: {name: "a|<img>[x](y)"}\nspec: {containers: [{name: c}]}'),
      RULES,
    );
    assert.match(text, /Pod a\\\|&lt;img>\\\[x\\\]\\\(y\\\)/);
  });
});
