export { createHealthCheck, type CheckedService } from "./check";
export type { Connection, Probe } from "./checkService";
