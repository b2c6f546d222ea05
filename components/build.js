#!/usr/bin/env node
// Builds the package of the components in components/dist: compiled, with declarations, and with what it needs beside it: scripts that
// Pulumi's commands and helm start as processes of their own, and those that go into containers. Takes half a minute.
"use strict";
const { spawnSync } = require("node:child_process");
const { cpSync, mkdirSync, rmSync, writeFileSync } = require("node:fs");
const { basename, join } = require("node:path");

const root = join(__dirname, "..");
const dist = join(__dirname, "dist");

/** The package itself, and what is started by `node`, by the file that is looked for beside it. */
const ENTRIES = {
  index: "components/index.ts",
  push: "components/blocks/images/push.ts",
  postRender: "components/services/apps/postRender.ts",
  checkService: "components/blocks/health/checkService.js",
};

/** Files that the code reads beside itself. */
const COPIED = [
  "components/services/localstack/declare.py",
  ...["byHand", "common", "copier", "restorer"].map((script) => `components/services/apps/copies/${script}.sh`),
  "components/services/apps/rendering/probe",
  "components/README.md",
  "LICENSE",
];

async function build() {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const { metafile } = await require("esbuild").build({
    absWorkingDir: root,
    entryPoints: ENTRIES,
    outdir: dist,
    bundle: true,
    metafile: true,
    platform: "node",
    target: "node20",
    packages: "external",
    legalComments: "none",
    logLevel: "error",
  });
  declare();
  for (const source of COPIED) cpSync(join(root, source), join(dist, basename(source)), { recursive: true });
  const used = Object.values(metafile.outputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  writeFileSync(join(dist, "package.json"), `${JSON.stringify(manifest(used.map(({ path }) => path)), undefined, 2)}\n`);
  return dist;
}

function declare() {
  const args = [require.resolve("typescript/bin/tsc"), "--project", __dirname];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`The declarations could not be made:\n${stdout.trim()}`);
}

/**
 * What is imported is what the package needs, in the versions that are tried here. Pulumi's own come from whoever uses it: two
 * of one of them in a program do not know each other's resources.
 * @param imports what the compiled files import
 */
function manifest(imports) {
  const { name, version, description, license } = require("./package.json");
  const { engines, dependencies } = require("../package.json");
  const packages = [
    ...new Set(
      imports.map((path) =>
        path
          .split("/")
          .slice(0, path.startsWith("@") ? 2 : 1)
          .join("/"),
      ),
    ),
  ];
  const known = packages.filter((one) => dependencies[one] !== undefined).sort();
  const pinned = (names, range) => Object.fromEntries(names.map((one) => [one, range(dependencies[one])]));
  const own = known.filter((one) => !one.startsWith("@pulumi/"));
  // A later @pulumi/command may be a broken publish: it stays pinned.
  const peers = known.filter((one) => one.startsWith("@pulumi/") && one !== "@pulumi/command");
  return {
    name,
    version,
    description,
    license,
    engines,
    main: "index.js",
    types: "types/components/index.d.ts",
    exports: { ".": { types: "./types/components/index.d.ts", default: "./index.js" }, "./package.json": "./package.json" },
    dependencies: { ...pinned(own, (pin) => pin), ...pinned(["@pulumi/command"], (pin) => pin) },
    peerDependencies: pinned(peers, (pin) => `^${pin}`),
  };
}

if (require.main === module) {
  build().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}

module.exports = { build };
