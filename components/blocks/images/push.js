// How `pulumi up` starts a push. tsx compiles the TypeScript behind it, and keeps what it compiled.
"use strict";
require("tsx/cjs");
require("./push.ts");
