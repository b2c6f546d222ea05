// How helm starts the post-renderer. tsx compiles the TypeScript behind it, and keeps what it compiled.
"use strict";
require("tsx/cjs");
require("./postRender.ts");
