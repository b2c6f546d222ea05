import assert from "node:assert/strict";
import { configure } from "../../policies/configuration";
import { checkManifests } from "../../policies/manifests/check";
import { UNKNOWN } from "../../kubernetes/objects/unknown";
import { parseDocuments } from "../../kubernetes/yaml";
import { withUnknown } from "../../policies/manifests/placeholders";
import { WRITERS } from "../../policies/reports";
import { RULES as ALL } from "../../policies/rules";

/** Enough rules to show what a report is made of; all of them are tried elsewhere. */
const RULES = ALL.filter(({ id }) => ["https-only", "container-resources", "single-writer-sqlite"].includes(id));

const configured = configure(RULES, undefined, "2026-06-30");

function check(text: string, found = false, file = "app.yaml") {
  return checkManifests([{ file, text, found }], configured);
}

describe("checking manifests", () => {
  it("says of a file of templates once that it is one", () => {
    const text = "a: {{ .Values.b }}\n---\nc: {{ .Values.d }}\n";
    assert.equal(parseDocuments(text).length, 2);
    assert.equal(check(text).findings.length, 1);
  });

  const POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ns}\nspec: {containers: [{name: c}]}\n";

  it("reports what the contract promises", () => {
    const { findings, resources } = check(`# a comment\n${POD}`);
    assert.equal(resources, 1);
    assert.deepEqual(findings, [
      {
        rule: "container-resources",
        severity: "high",
        level: "mandatory",
        message:
          'Pod ns/a: container "c" has no cpu request, memory request, cpu limit and memory limit. Fix: set resources.requests.cpu, resources.requests.memory, resources.limits.cpu and resources.limits.memory.',
        apiVersion: "v1",
        kind: "Pod",
        namespace: "ns",
        name: "a",
        file: "app.yaml",
        line: 2,
        path: "spec.containers[0].resources",
      },
    ]);
  });

  it("takes what is filled in later for values that are not known, in both directions", () => {
    const pod = (image: string, memory: string, secret: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: "\${NS}"}\nspec: {containers: [{name: c, image: "${image}", ` +
      `env: [{name: DB_PASSWORD, value: "${secret}"}], resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: "${memory}"}}}]}\n`;
    const rules = ALL.filter(({ id }) =>
      ["container-resources", "image-references", "plain-secrets", "storage-limits"].includes(id),
    );
    const found = (text: string, strict = false) =>
      checkManifests([{ file: "a.yaml", text, found: false }], configure(rules, { settings: { strict } }, "2026-06-30"))
        .findings.filter(({ level }) => level === "mandatory")
        .map(({ rule, path }) => `${rule} ${path.split(".").at(-1)}`);
    for (const [image, memory, secret] of [
      ["ghcr.io/a/b:\${TAG}", "\${MEMORY:=64Mi}", "\${PASSWORD}"],
      ["{{ .Values.image }}", "<MEMORY LIMIT>", "{{ .Values.password }}"],
    ] as const) {
      assert.deepEqual(found(pod(image, memory, secret)), [], image);
      assert.deepEqual(found(pod(image, memory, secret), true), ["container-resources memory", "image-references image"], image);
    }
    assert.deepEqual(found(pod("a", "lots", "correct horse battery")), [
      "container-resources memory",
      "image-references image",
      "plain-secrets value",
    ]);
    const script = { args: ["echo ${HOME}"], data: { run: "${HOME}" }, metadata: { name: "${NAME}" }, secretName: "${NAME}" };
    assert.deepEqual(
      withUnknown({ ...script, image: "${IMAGE}" }),
      { ...script, image: UNKNOWN },
      "programs' texts and names stand",
    );
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
      const [found] = check(text).findings;
      assert.deepEqual(
        [found?.rule, found?.level],
        ["unreadable-manifest", text.startsWith("replicas") ? "advisory" : "mandatory"],
      );
      assert.equal(check(text, false, "-").findings[0]?.level, "mandatory", text);
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
        result.locations[0]!.physicalLocation,
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
    assert.match(xml, /message="Pod ns\/a: container &#34;c&#34; has no/);
  });

  it("writes Markdown in which names are no markup", () => {
    const text = WRITERS.markdown(
      check('apiVersion: v1\nkind: Pod\nmetadata: {name: "a|<img>[x](y)"}\nspec: {containers: [{name: c}]}'),
      RULES,
    );
    assert.match(text, /Pod a\\\|&lt;img>\\\[x\\\]\\\(y\\\)/);
  });
});
