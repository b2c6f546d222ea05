/** Parameters of the rule on requests and limits. */
export interface ResourceParams {
  maxCpu: string;
  maxMemory: string;
  maxCpuRatio: number;
  maxMemoryRatio: number;
  defaultCpuRequest: string;
  defaultCpuLimit: string;
  defaultMemoryRequest: string;
  defaultMemoryLimit: string;
}
