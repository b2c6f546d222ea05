// How Pulumi starts the pack. Pulumi would compile each file with its old ts-node, anew on every start; compiled once, the pack
// is there in half the time.
"use strict";
const file = require("./compiled").compiled("policies", "policies/index.ts");
if (file === undefined) require("tsx/cjs");
require(file ?? "./index.ts");
