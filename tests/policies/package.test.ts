import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { built } from "../../policies/build";
import { RULES } from "../../policies/rules";
import { root } from "../../shared/paths";
import { Analyzer } from "./analyzer";

/** A program in a folder far from the checkout, without a way to a registry of packages. */
function ran(cwd: string, program: string, ...args: string[]) {
  const env = { ...process.env, npm_config_offline: "true", npm_config_audit: "false", npm_config_fund: "false", NODE_PATH: "" };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: "utf8" });
  return { status, stdout, text: stdout + stderr };
}

describe("the package of the policies", function () {
  this.timeout(120_000);
  let project: string;
  let installed: string;

  before(() => {
    project = mkdtempSync(join(tmpdir(), "stranger-"));
    installed = join(project, "node_modules", "homelab-policies");
    const packed = ran(root, process.execPath, join("cli", "run.js"), "pack", "policies", "--to", project);
    assert.equal(packed.status, 0, packed.text);
    const [tarball] = /\/homelab-policies-[\d.]+\.tgz/.exec(packed.stdout)!;
    writeFileSync(join(project, "package.json"), '{ "name": "stranger", "private": true }');
    const install = ran(project, "npm", "install", join(project, tarball));
    assert.equal(install.status, 0, install.text);
    mkdirSync(join(project, "k8s"));
    cpSync(join(root, "tests", "fixtures", "manifests", "bad", "todo.yaml"), join(project, "k8s", "todo.yaml"));
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  it("installs nothing but itself", () => {
    const { packages } = JSON.parse(readFileSync(join(project, "node_modules", ".package-lock.json"), "utf8")) as {
      packages: Record<string, { inBundle?: boolean }>;
    };
    assert.deepEqual(
      Object.entries(packages)
        .filter(([, { inBundle }]) => !inBundle)
        .map(([path]) => path),
      ["node_modules/homelab-policies"],
    );
    assert.equal(existsSync(join(project, "node_modules", "@pulumi")), false);
  });

  it("has the command homelab-check, which says what to run by its own name", () => {
    const { status, stdout, text } = ran(project, "npx", "homelab-check", "k8s");
    assert.equal(status, 1, text);
    assert.match(stdout, /^k8s\/todo\.yaml:\d+ mandatory \[single-writer-sqlite\]/m);
    mkdirSync(join(project, "chart", "templates"), { recursive: true });
    writeFileSync(join(project, "chart", "Chart.yaml"), "name: chart\nversion: 1.0.0\napiVersion: v2\n");
    assert.match(ran(project, "npx", "homelab-check", "chart").stdout, /helm template chart \| homelab-check -\)/);
  });

  it("starts as a policy pack, and knows nothing of the checkout's files", async () => {
    const analyzer = await Analyzer.start(installed);
    try {
      assert.deepEqual(await analyzer.policies(), ["settings", ...RULES.map(({ id }) => id), "advice"]);
      const claim = { spec: { resources: { requests: { storage: "9Ti" } } } };
      const found = await analyzer.analyzeStack([
        { type: "kubernetes:core/v1:PersistentVolumeClaim", name: "big", props: claim },
      ]);
      assert.ok(found.some(({ message }) => message.includes("in the policies' configuration")));
      assert.ok(found.every(({ message }) => !message.includes("policies/config")));
    } finally {
      await analyzer.stop();
    }
  });

  it("works where its folder is copied to, with nothing beside it", async () => {
    const copy = mkdtempSync(join(tmpdir(), "copied-"));
    try {
      cpSync(installed, copy, { recursive: true });
      const analyzer = await Analyzer.start(copy);
      assert.equal((await analyzer.policies()).length, RULES.length + 2);
      await analyzer.stop();
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });

  it("has a hook for pre-commit that judges the files of a commit", () => {
    const { repos } = parse(readFileSync(join(installed, "ci", "pre-commit.yaml"), "utf8")) as {
      repos: { hooks: { entry: string; exclude: string; types_or: string[] }[] }[];
    };
    const [hook] = repos[0]!.hooks;
    const { status, stdout } = ran(project, hook!.entry, "k8s/todo.yaml");
    assert.equal(status, 1);
    assert.match(stdout, /single-writer-sqlite/);
    const left = new RegExp(hook!.exclude);
    assert.deepEqual(
      ["package-lock.json", ".github/workflows/a.yml", "k8s/package.json", "apps/.github.yaml"].filter((file) => left.test(file)),
      ["package-lock.json", ".github/workflows/a.yml"],
    );
  });

  it("has a workflow whose command leaves a report for the upload", () => {
    const { jobs } = parse(readFileSync(join(installed, "ci", "github.yml"), "utf8")) as {
      jobs: { check: { steps: { run?: string; uses?: string; with?: { sarif_file?: string } }[] } };
    };
    const { steps } = jobs.check;
    const command = steps.find((step) => step.run?.includes("homelab-check"))!.run!;
    const upload = steps.find((step) => step.uses?.includes("upload-sarif"))!;
    assert.equal(ran(project, "bash", "-c", command).status, 1);
    const report = JSON.parse(readFileSync(join(project, upload.with!.sarif_file!), "utf8")) as {
      runs: { results: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[] }[];
    };
    const uris = report.runs[0]!.results.map(({ locations }) => locations[0]!.physicalLocation.artifactLocation.uri);
    assert.ok(uris.includes("k8s/todo.yaml"), uris.join(" "));
  });
});

describe("the build of the policies", function () {
  this.timeout(60_000);

  it("is repeated where a source has changed, and only there", () => {
    const stamp = () => readFileSync(join(built(), "sources.json"), "utf8");
    const before = stamp();
    assert.equal(stamp(), before);
    const now = new Date();
    utimesSync(join(root, "policies", "README.md"), now, now);
    assert.notEqual(stamp(), before);
  });
});
