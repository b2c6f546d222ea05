#!/usr/bin/env node
// Builds the package of the policies in policies/dist: everything compiled into two files, which need nothing installed beside
// them. Plain JavaScript, because it is there before anything is compiled.
"use strict";
const { spawnSync } = require("node:child_process");
const { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

const root = join(__dirname, "..");
const dist = join(__dirname, "dist");
/** What was built of what: size and time of every source, by its path. */
const stamp = join(dist, "sources.json");

/** The programs of the package, by their entry. */
const ENTRIES = { pack: "policies/index.ts", check: "policies/check/index.ts" };

/** Files that stand in the package as they are. */
const COPIED = {
  "PulumiPolicy.yaml": "policies/PulumiPolicy.yaml",
  "README.md": "policies/README.md",
  "RULES.md": "policies/RULES.md",
  "ci/github.yml": "policies/ci/github.yml",
  "ci/pre-commit.yaml": "policies/ci/pre-commit.yaml",
  LICENSE: "LICENSE",
};

/** Under this name Pulumi's host for Node.js looks for what starts a policy pack, from the pack's folder upwards. */
const RUNNER = "@pulumi/pulumi";

/**
 * The folder of the package, built anew where one of its sources has changed since.
 * @throws Error with the compiler's words where it cannot be built
 */
function built() {
  if (isFresh()) return dist;
  const { status, stderr, error } = spawnSync(process.execPath, [__filename], { encoding: "utf8" });
  if (status !== 0) throw new Error(`The policies could not be compiled:\n${(stderr || String(error)).trim()}`);
  return dist;
}

function isFresh() {
  try {
    const known = readFileSync(stamp, "utf8");
    return stampOf(Object.keys(JSON.parse(known))) === known;
  } catch {
    return false;
  }
}

/** Size and time of every source, by its path. */
function stampOf(sources) {
  const entries = sources.map((source) => {
    const { size, mtimeMs } = statSync(join(root, source));
    return [source, `${size} ${mtimeMs}`];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

async function build() {
  const { metafile, outputFiles } = await require("esbuild").build({
    absWorkingDir: root,
    entryPoints: ENTRIES,
    outdir: dist,
    bundle: true,
    metafile: true,
    write: false,
    platform: "node",
    target: "node20",
    legalComments: "eof",
    logLevel: "error",
    plugins: [onlyWhatIsUsed],
  });
  const compiled = Object.keys(metafile.inputs).filter((source) => source !== NAMES);
  const sources = [...compiled, ...Object.values(COPIED), "policies/build.js"];
  const state = stampOf([...new Set(sources)].sort());
  rmSync(stamp, { force: true });
  for (const { path, contents } of outputFiles) write(path, contents, 0o755);
  for (const [file, source] of Object.entries(COPIED)) write(join(dist, file), readFileSync(join(root, source)));
  write(join(dist, "package.json"), json(manifest()));
  const runner = join(dist, "node_modules", RUNNER);
  write(join(runner, "package.json"), json(runnerManifest()));
  write(join(runner, "cmd", "run-policy-pack", "index.js"), 'require("../../../../../pack.js");\n');
  write(stamp, state);
}

/** How the compiler calls what stands in for the index of Pulumi's library: it is no file. */
const NAMES = "pulumi:names";

/**
 * @pulumi/policy takes two names from the index of Pulumi's library, which would bring everything else too: the TypeScript
 * compiler, npm's library, ten times the size.
 */
const onlyWhatIsUsed = {
  name: "only-what-is-used",
  setup({ onResolve, onLoad }) {
    const [namespace, path] = NAMES.split(":");
    onResolve({ filter: /^@pulumi\/pulumi$/ }, () => ({ path, namespace }));
    onLoad({ filter: /^/, namespace }, () => ({
      contents: 'exports.asset = require("@pulumi/pulumi/asset"); exports.Output = require("@pulumi/pulumi/output").Output;',
      resolveDir: root,
    }));
  },
};

/** The package brings its runner along, so nothing is installed with it. */
function manifest() {
  const { name, version, description, license } = require("./package.json");
  return {
    name,
    version,
    description,
    license,
    engines: { node: ">=20.19" },
    main: "pack.js",
    bin: { "homelab-check": "check.js" },
    files: ["pack.js", "check.js", ...Object.keys(COPIED)],
    dependencies: { [RUNNER]: runnerManifest().version },
    bundleDependencies: [RUNNER],
  };
}

/** Pulumi's own runner loads the TypeScript compiler for every pack; this one starts the pack, which is compiled. */
function runnerManifest() {
  const { version, license } = require("@pulumi/pulumi/package.json");
  return {
    name: RUNNER,
    version,
    license,
    description: "What starts this policy pack: of the package of this name no more than that",
    files: ["cmd"],
  };
}

function json(value) {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** In one step, since two runs may build at once. */
function write(file, content, mode) {
  const draft = `${file}.${process.pid}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(draft, content, { mode });
  renameSync(draft, file);
}

if (require.main === module) {
  build().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}

module.exports = { built };
