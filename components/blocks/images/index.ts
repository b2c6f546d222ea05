export type { RegistryAccess } from "./client";
export { pushArtifact, pushImage } from "./pushImage";
