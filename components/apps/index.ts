export { HelmApp, type AppOutput, type HelmAppArgs } from "./helmApp";
