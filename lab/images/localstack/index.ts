export { buildEmulatorImage } from "./build";
export { emulatorImageNames, emulatorVersions, type Emulator } from "./recipes";
