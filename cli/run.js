#!/usr/bin/env node
// The door of every npm script: makes sure the installed packages are those of package-lock.json, then hands over to
// cli/<command>.ts. Plain JavaScript, because it has to run before anything is installed.
"use strict";
const { spawnSync } = require("node:child_process");
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const [command, ...args] = process.argv.slice(2);

function fail(message, code) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

/** Commands of those who work on the project; all others do without the packages for development. */
const FOR_DEVELOPMENT = ["bench", "e2e", "test"];

/** Whether what npm noted of its last installation is what package-lock.json asks for, however it was installed. */
function isInstalled(withDevelopment) {
  const noted = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(noted)) return false;
  const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const installed = packagesOf(noted);
  return Object.entries(packagesOf(join(root, "package-lock.json"))).every(([path, { version, dev, optional }]) => {
    const needed = path !== "" && !optional && (withDevelopment || !dev);
    return !needed || (installed[path] && installed[path].version === version);
  });
}

function installPackages() {
  const withDevelopment = FOR_DEVELOPMENT.includes(command);
  if (isInstalled(withDevelopment)) return;
  process.stderr.write("installing the npm packages of package-lock.json ...\n");
  const packages = withDevelopment ? [] : ["--omit=dev"];
  const npm = spawnSync("npm", ["ci", ...packages, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (npm.status !== 0) {
    fail("npm ci failed (its own words are above). Check the network and the free disk space, then run this again.", 1);
  }
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node.js ${process.versions.node} is too old: this project needs 20.19 or newer. Install a current Node.js.`, 1);
}
/** The check of manifests is a program of the policies, compiled: what has to be fast goes on in this process. */
const COMPILED = "check";

if (!/^[a-z0-9]+$/.test(command || "") || (command !== COMPILED && !existsSync(join(root, "cli", `${command}.ts`)))) {
  fail(`There is no command "${command || ""}". The commands are the npm scripts: see README.md.`, 2);
}
installPackages();

if (command === COMPILED) {
  process.chdir(root);
  try {
    const { check } = require(join(require("../policies/build").built(), "check.js"));
    process.exitCode = check("npm run check --", args);
  } catch (error) {
    fail(error.stack, 1);
  }
} else {
  // The terminal interrupts the command too, which ends in order; this process only waits for it.
  process.on("SIGINT", () => {});
  const child = spawnSync(process.execPath, ["--import", "tsx", join(root, "cli", `${command}.ts`), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  process.exit(child.status === null ? 1 : child.status);
}
