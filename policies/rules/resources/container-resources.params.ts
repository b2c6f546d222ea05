/** What the rule on requests and limits can be told. */
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
