// How Pulumi starts the pack. Pulumi would compile each file with its old ts-node, anew on every start; compiled once, the pack
// is there in half the time.
"use strict";
const Module = require("node:module");

// Of Pulumi's own library @pulumi/policy uses these two names, which Pulumi has loaded by now to run the pack. Its index would
// load everything else too, npm's library among it, which takes as long as the pack.
const index = require.resolve("@pulumi/pulumi");
const { Output } = require("@pulumi/pulumi/output");
const names = { asset: require("@pulumi/pulumi/asset"), Output };
require.cache[index] ??= Object.assign(new Module(index), { exports: names, loaded: true });

const file = require("./compiled").compiled("policies", "policies/index.ts");
if (file === undefined) require("tsx/cjs");
require(file ?? "./index.ts");
