import { loadConfig } from "./components/configuration";
import { Platform } from "./components/platform";

export = new Platform("homelab", loadConfig()).outputs;
