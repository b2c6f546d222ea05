import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { configure } from "../../policies/configuration";
import { checkManifests } from "../../policies/manifests/check";
import { decode } from "../../policies/manifests/decode";
import { CannotRead, readSources } from "../../policies/manifests/files";
import { RULES } from "../../policies/rules";

const POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: café}\n";

describe("reading files", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "files-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function put(file: string, content: string | Buffer = POD): string {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  }

  function names(...paths: string[]): string[] {
    return [...readSources(paths)].map(({ file }) => relative(folder, file));
  }

  function report(strict = false) {
    return checkManifests(readSources([folder]), configure(RULES, { settings: { strict } }, "2026-06-30"));
  }

  /** `file:line level` and what it says, of what is not about an object. */
  function complaints(strict = false): string[] {
    return report(strict)
      .findings.filter(({ kind }) => kind === "")
      .map(({ file, line, level, message }) => `${relative(folder, file)}:${line} ${level} ${message}`);
  }

  it("takes YAML and JSON of any depth, in order, but nothing hidden", () => {
    for (const file of ["b.yml", "a/c d.yaml", "a/é.JSON", "notes.txt", ".github/ci.yml", "node_modules/x/y.json"]) put(file);
    assert.deepEqual(names(folder), ["a/c d.yaml", "a/é.JSON", "b.yml"]);
  });

  it("takes each file once, however often it is named", () => {
    const file = put("a/b.yaml");
    symlinkSync(file, join(folder, "link.yaml"));
    assert.deepEqual(names(file, folder, join(folder, "a"), file), ["a/b.yaml"]);
  });

  it("follows no link to a folder, and says which link leads nowhere", () => {
    put("a.yaml");
    symlinkSync("..", join(folder, "up"));
    assert.deepEqual(names(folder), ["a.yaml"]);
    symlinkSync("self.yaml", join(folder, "self.yaml"));
    assert.throws(() => names(folder), /Cannot read .*self\.yaml: the link leads round in a circle/);
    assert.throws(() => names(join(folder, "none")), CannotRead);
  });

  it("reads UTF-8 and, where the file says so, UTF-16", () => {
    const marked = `\ufeff${POD}`;
    const little = Buffer.from(marked, "utf16le");
    const big = Buffer.from(marked, "utf16le").swap16();
    for (const bytes of [Buffer.from(POD), little, big]) assert.equal(decode(bytes), POD);
    assert.equal(decode(Buffer.from(marked)), marked);
  });

  it("says at which line a file is no text", () => {
    assert.deepEqual(decode(Buffer.from(POD, "latin1")), { line: 3 });
    put("old.yaml", Buffer.from(POD, "latin1"));
    put("program.yaml", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x0a, 0xff, 0x00]));
    assert.deepEqual(
      complaints().map((text) => text.replace(/ mandatory it is no text in UTF-8\. Fix: .*/, "")),
      ["old.yaml:3", "program.yaml:2"],
    );
  });

  it("says of a chart once that it is not rendered, and judges what needs no rendering", () => {
    put("web/Chart.yaml", "apiVersion: v2\nname: web\n");
    put("web/values.yaml", "replicas: 1\n");
    put("web/templates/pod.yaml", 'apiVersion: v1\nkind: Pod\nmetadata: {name: "{{ .Release.Name }}"}\n');
    put("web/templates/if.yaml", "{{ if .Values.x }}\na: {{ .Values.y }}\n{{ end }}\n");
    put("web/charts/db/templates/a.yaml", "a: {{ b }}\n");
    put("web/crds/one.yaml");
    assert.equal(report().resources, 1);
    assert.match(complaints().join("\n"), /^web\/Chart\.yaml:1 advisory the chart is not rendered.*helm template/);
    assert.match(complaints(true).join("\n"), /^web\/Chart\.yaml:1 mandatory/);
  });

  it("leaves the files of other programs alone, unless they were asked for by name", () => {
    put("values.yaml", "a: 1\n");
    put("docker-compose.yaml", "services: {web: {image: nginx}}\n");
    put("stack.yaml", "Resources: {Bucket: !Ref Name, List: !Split [a, b], Map: !Sub {a: b}}\n");
    put("mkdocs.yml", "format: !!python/name:x.y\n");
    put("workflow.yml", "on: push\njobs: {a: {steps: [{run: 'echo ${{ github.sha }}'}]}}\n");
    const settings = put("tsconfig.json", '{ // what TypeScript allows\n  "strict": true, }\n');
    assert.deepEqual(complaints(), []);
    assert.match(
      checkManifests(readSources([settings]), configure(RULES, undefined, "2026-06-30")).findings[0]!.message,
      /not valid/,
    );
  });

  it("finds what is broken among them", () => {
    put("a.json", '{"apiVersion": "v1", "kind": "Pod", ');
    put("b.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: *x}\n");
    put("c.yaml", "a: [\n");
    put("d.yaml", "kind: Pod\n");
    assert.deepEqual(
      complaints().map((text) => text.split(" ")[0]),
      ["a.json:1", "b.yaml:3", "c.yaml:1", "d.yaml:1"],
    );
  });
});
