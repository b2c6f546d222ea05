export { Namespace, type NamespaceArgs } from "./namespace";
export { quotaLimits } from "./quota";
