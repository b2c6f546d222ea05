export { nodeCaFile } from "./clientFiles";
export { pullSecretName } from "./pullSecret";
export { Registry, type RegistryArgs } from "./registry";
