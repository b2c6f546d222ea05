export { loadConfig } from "./load";
export { parseConfig, type ConfigInput, type ConfigResult } from "./parse";
export { formatProblems, type ConfigProblem } from "./report";
export type * from "../services/types";
