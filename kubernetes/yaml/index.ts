export * from "./documents";
export { toJson } from "./json";
export { toYaml } from "./write";
