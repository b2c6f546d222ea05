export { pushArtefact } from "./pushImage";
export { HelmApp, type AppOutput, type HelmAppArgs } from "./helmApp";
export { Neighbours } from "./neighbours";
