export { createHostRoute } from "./hostRoute";
export { WebService, type WebServiceArgs, type WebServiceNodes } from "./webService";
