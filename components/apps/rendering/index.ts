export { ChartWithoutCluster, hideSecret } from "./children";
export { clusterAnswers } from "./cluster";
export type { HookSecret } from "./hooks";
export { inspectChart, tellChanging, tellHooks, type Inspection } from "./inspect";
export { templateOptions, type ChartSource } from "./template";
