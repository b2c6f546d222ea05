export { ChartWithoutCluster, hideSecret } from "./children";
export { askCluster, type Cluster } from "./cluster";
export type { HookSecret } from "./hooks";
export { inspectChart, reportChanging, reportHooks, type Inspection } from "./inspect";
export { templateOptions, type ChartSource } from "./template";
