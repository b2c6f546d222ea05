import { objectName } from "../../config/values";

export const workload = (meaning: string) => objectName("the name of one of the chart's workloads", "backend").describe(meaning);
