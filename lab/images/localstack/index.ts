export { buildEmulatorImage, pipInstall, SITE } from "./build";
export { emulatorImageNames, emulatorVersions, type Emulator } from "./recipes";
