import { loadConfig } from "./components/config";
import { Platform } from "./components/platform";

const platform = new Platform("homelab", loadConfig());
const { registry } = platform;

export const registryUrl = registry?.url;
export const registryHost = registry?.server;
export const registryUsername = registry?.username;
export const registryPassword = registry?.password;
export const registryUiUrl = registry?.uiUrl;
export const nodeRegistriesYaml = registry?.nodeRegistriesYaml;
export const caCertificate = platform.caCertificate;
export const dnsRecords = platform.dnsRecords;
export const hostsFile = platform.hostsFile;
export const nextSteps = platform.nextSteps;
