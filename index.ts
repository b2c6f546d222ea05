import { loadConfig } from "./components/config";
import { stackOutputs } from "./components/outputs";
import { Platform } from "./components/platform";

export = stackOutputs(new Platform("homelab", loadConfig()));
