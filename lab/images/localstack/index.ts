export { buildEmulatorImage } from "./build";
export { emulatorImageNames, type Emulator } from "./recipes";
