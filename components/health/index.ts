export { RegistryHealth, type RegistryHealthArgs } from "./registryHealth";
