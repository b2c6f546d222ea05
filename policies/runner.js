// Loaded into Pulumi's processes by the commands of this project, by NODE_OPTIONS. Pulumi's runner of policy packs loads the
// TypeScript compiler and ts-node for every pack, a third of its start; this pack is compiled when it gets there and needs neither.
// Where nothing loads this file, the pack runs all the same.
"use strict";
const { basename, resolve } = require("node:path");
const Module = require("node:module");

const [, program = "", ...rest] = process.argv;
const runsThisPack =
  basename(program.replace(/[\\/]index\.js$/, "")) === "run-policy-pack" && resolve(rest.at(-1) ?? "") === __dirname;

if (runsThisPack) {
  const load = Module._load;
  Module._load = function (request, ...more) {
    if (request === "typescript") return { version: "0.0.0" };
    if (/(^|[\\/])ts-node(@[\d.]+)?$/.test(request)) return { register: () => undefined };
    return load.call(this, request, ...more);
  };
}
