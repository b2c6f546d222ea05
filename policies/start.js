// How Pulumi starts the pack. Pulumi would compile each file with its old ts-node, anew on every start; tsx keeps what
// it compiled.
"use strict";
require("tsx/cjs");
require("./index.ts");
