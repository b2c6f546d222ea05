#!/usr/bin/env node
// The door of every npm script: makes sure the installed packages are those of package-lock.json, then hands over to
// cli/<command>.ts. Plain JavaScript, because it has to run before anything is installed.
"use strict";
const { spawnSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const [command, ...args] = process.argv.slice(2);

function fail(message, code) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

function installPackages() {
  const stamp = join(root, "node_modules", ".homelab-lock");
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  process.stderr.write("installing the npm packages of package-lock.json ...\n");
  const npm = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (npm.status !== 0) {
    fail("npm ci failed (its own words are above). Check the network and the free disk space, then run this again.", 1);
  }
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stamp, lock);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node.js ${process.versions.node} is too old: this project needs 20.19 or newer. Install a current Node.js.`, 1);
}
if (!/^[a-z0-9]+$/.test(command || "") || !existsSync(join(root, "cli", `${command}.ts`))) {
  fail(`There is no command "${command || ""}". The commands are the npm scripts: see README.md.`, 2);
}
installPackages();

const compiled = command === "check" ? require("../policies/compiled").compiled(command, "cli/check.ts") : undefined;
if (compiled) {
  // What has to be fast goes on in this process.
  process.chdir(root);
  process.argv = [process.execPath, compiled, ...args];
  require(compiled);
} else {
  const child = spawnSync(process.execPath, ["--import", "tsx", join(root, "cli", `${command}.ts`), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  process.exit(child.status === null ? 1 : child.status);
}
