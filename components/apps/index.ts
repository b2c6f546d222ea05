export { pushArtefact } from "./pushImage";
export { HelmApp, type HelmAppArgs } from "./helmApp";
export { Neighbours } from "./neighbours";
export { type AppOutput } from "./output";
