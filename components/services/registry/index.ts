export { nodeCaFile } from "./clientFiles";
export { pullSecretName } from "./clientFiles";
export { Registry, type RegistryArgs } from "./registry";
