export { createHealthCheck, type CheckedService } from "./check";
