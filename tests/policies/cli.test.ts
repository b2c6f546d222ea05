import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { built } from "../../policies/build";
import { today } from "../../policies/configuration";
import { daysAfter } from "../../policies/exemptions";
import { root } from "../../shared/paths";

/** As it is installed: compiled, beside the pack. */
const program = join(built(), "check.js");
const MANIFESTS = join("tests", "fixtures", "manifests");

function check(args: string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    input,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

function mandatory(findings: Record<string, string>[]) {
  return findings.filter(({ level }) => level === "mandatory");
}

describe("homelab-check", function () {
  this.timeout(60_000);
  let scratch: string;

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), "check-"));
  });
  after(() => rmSync(scratch, { recursive: true }));

  it("ends with 0 where nothing is found", () => {
    const { status, stdout } = check([join(MANIFESTS, "good")]);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^\d+ objects judged, nothing found\.\n$/);
  });

  it("ends with 1 and the promised JSON where something is", () => {
    const { status, stdout } = check(["--format", "json", join(MANIFESTS, "bad")]);
    assert.equal(status, 1);
    const { findings, resources } = JSON.parse(stdout);
    assert.equal(resources, 6);
    assert.deepEqual(
      mandatory(findings).map((finding) => [
        finding.rule,
        finding.kind,
        finding.namespace,
        finding.name,
        finding.file,
        finding.path,
      ]),
      [
        ["https-only", "IngressRoute", "todo", "todo", "tests/fixtures/manifests/bad/route.json", "spec.routes[0]"],
        [
          "container-resources",
          "Deployment",
          "todo",
          "backend",
          "tests/fixtures/manifests/bad/todo.yaml",
          "spec.template.spec.initContainers[0].resources",
        ],
        ["single-writer-sqlite", "Deployment", "todo", "backend", "tests/fixtures/manifests/bad/todo.yaml", "spec.replicas"],
        ["single-writer-sqlite", "Deployment", "todo", "backend", "tests/fixtures/manifests/bad/todo.yaml", "spec.strategy"],
        ["https-only", "Service", "todo", "backend", "tests/fixtures/manifests/bad/todo.yaml", "spec.ports[0]"],
        ["https-only", "Ingress", "todo", "backend", "tests/fixtures/manifests/bad/todo.yaml", "spec.tls"],
      ],
    );
  });

  it("gives garbage a finding with file and line", () => {
    const { status, stdout } = check([join(MANIFESTS, "garbage")]);
    assert.equal(status, 1);
    assert.match(stdout, /garbage\/broken\.yaml:9 mandatory \[unreadable-manifest\]/);
    assert.match(stdout, /garbage\/template\.yaml:4 .*\n.*helm template/);
    assert.match(stdout, /^1 object judged: 2 mandatory and \d+ advisory findings\.$/m);
  });

  it("reads standard input", () => {
    const { status, stdout } = check(
      ["--format", "json", "-"],
      '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}}',
    );
    assert.equal(status, 1);
    assert.deepEqual(
      JSON.parse(stdout).findings.map(({ file, name }: { file: string; name: string }) => [file, name]),
      [["-", "s"]],
    );
  });

  it("fails on advice only when asked to", () => {
    const advice =
      '{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "r"}, "spec": {"parentRefs": [{"name": "elsewhere"}]}}';
    assert.equal(check(["-"], advice).status, 0);
    assert.equal(check(["--level", "advisory", "-"], advice).status, 1);
    assert.equal(check(["--strict", "-"], advice).status, 1);
  });

  it("takes levels, parameters and exemptions from a file", () => {
    const config = join(scratch, "config.json");
    const exemption = {
      rule: "https-only",
      object: { namespace: "todo", name: "*" },
      reason: "reached through a tunnel only",
      owner: "ops",
      expires: daysAfter(today(), 30),
    };
    writeFileSync(config, JSON.stringify({ "container-resources": "disabled", settings: { exemptions: [exemption] } }));
    const { stdout } = check(["--config", config, "--format", "json", join(MANIFESTS, "bad")]);
    assert.deepEqual([...new Set(mandatory(JSON.parse(stdout).findings).map(({ rule }) => rule))], ["single-writer-sqlite"]);
  });

  it("ends with 2 and a reason when it cannot read or understand", () => {
    const config = join(scratch, "wrong.json");
    writeFileSync(config, JSON.stringify({ "container-resources": { maxMemory: "lots", maxDisk: "1Gi" }, nothing: "mandatory" }));
    const cases: [string[], RegExp][] = [
      [[], /Name at least one file/],
      [["no-such-file.yaml"], /Cannot read no-such-file\.yaml: there is nothing of that name/],
      [["-"], /Standard input is empty/],
      [["--format", "pdf", "-"], /--format must be one of text, json, sarif, junit, markdown/],
      [["--level", "low", "-"], /--level must be one of/],
      [["--no-such-option"], /no-such-option/],
      [["--config", "no-such-file", "-"], /Cannot read the configuration no-such-file/],
      [
        ["--config", config, "-"],
        /container-resources\.maxMemory must be a Kubernetes quantity.*\n.*maxDisk is not known.*\nnothing: there is no such rule/,
      ],
    ];
    for (const [args, reason] of cases) {
      const { status, stdout, stderr } = check(args);
      assert.equal(status, 2, args.join(" "));
      assert.match(stderr, reason);
      assert.doesNotMatch(stderr, /^ +at /m);
      assert.equal(stdout, "");
    }
  });

  it("says how it is used", () => {
    const { status, stdout } = check(["--help"]);
    assert.equal(status, 0);
    assert.match(stdout, /--format text\|json\|sarif\|junit\|markdown/);
  });
});
