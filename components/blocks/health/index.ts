export { LocalstackHealth } from "./localstackHealth";
export { RegistryHealth, type RegistryHealthArgs } from "./registryHealth";
