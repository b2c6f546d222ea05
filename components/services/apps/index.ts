export { namespaceProtection } from "./keeper";
export { pushArtifact } from "./pushImage";
export { type HelmAppArgs } from "./args";
export { HelmApp } from "./helmApp";
export { Neighbours } from "./neighbours";
export { type AppOutput } from "./output";
