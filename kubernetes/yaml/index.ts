export * from "./documents";
export { toJson } from "./json";
