/** The lab: a one-node cluster of this machine, built from source. Loaded only for a stack that is on it. */
import { followDeployment } from "../../../lab/cluster/applyAddons";
import { labDown } from "../../../lab/cluster/down";
import { labEnvironment } from "../../../lab/cluster/exec";
import { lostDaemons, requireNode, runningNode } from "../../../lab/cluster/node";
import { CONTEXT } from "../../../lab/cluster/pki";
import { loadImage } from "../../../lab/cluster/up";
import { exclusively } from "../../../lab/exclusive";
import { imageNames } from "../../../lab/images/catalogue";
import { nginxImage } from "../../../lab/images/nginx";
import { labUp } from "../../../lab/up";
import { images } from "../../../kubernetes/images";
import { paths } from "../../../shared/paths";
import { say, step } from "../../../shared/progress";
import { ensureEngine } from "../../engine/ensure";
import { filesWithSecrets, hostNames, otherStacks } from "../../shared/stacks";
import { textOf, type Cluster, type Config, type Outputs } from "../cluster";
import { configureClients } from "./clients";
import { emulatorSettings, ensureEmulatorImage } from "./emulator";
import { luminaSettings, ensureLuminaImages } from "./lumina";

const APPS = "homelab:apps";
const EMULATOR = "homelab:localstack";

export const labCluster: Cluster = {
  description: "the lab on this machine",
  purpose: "lab",
  exists: true,
  local: true,
  // It comes with the environment.
  kubectlArguments: [],
  stackFolder: paths.stacks,
  environment: labEnvironment,
  absence: () => (runningNode() === undefined ? "The lab is not running" : undefined),
  settings,
  adapt: (config) => ({
    ...config,
    [EMULATOR]: { ...(config[EMULATOR] as object | undefined), ...emulatorSettings(config[EMULATOR]) },
    ...(config[APPS] !== undefined && { [APPS]: luminaSettings(config[APPS]) }),
  }),
  ensureUp: (stack) => ensureLabUp(hostNames(stack)),
  ensureImages,
  firstPart,
  configure: configureClients,
  followDeployment,
  loss: () => {
    const lost = runningNode() === undefined ? [] : lostDaemons();
    return lost.length === 0 ? undefined : `The lab's node has lost ${lost.join(", ")}: \`npm start\` makes it anew and goes on.`;
  },
  nextSteps,
  // So that `npm run lab -- exec pulumi preview -s homelab` finds its stack.
  companions: otherStacks,
  exclusively,
  takeDown,
};

/** Brings the lab up for a platform of these host names, and makes the engine beside it. */
export const ensureLabUp = (names: readonly string[]) =>
  labUp(names, () => step("engine: Pulumi and its plugins", () => ensureEngine("lab")));

function settings(): Record<string, unknown> {
  const address = runningNode()?.network.nodeAddress;
  return {
    context: CONTEXT,
    kubeconfig: paths.kubeconfig,
    ...(address ? { routing: { address } } : {}),
    // The real interface's image cannot be had without a download; a small one of the same contract takes its place.
    registry: { ui: { image: imageNames.registryUi } },
  };
}

/** What a stack needs beside the lab's own images: nginx, its emulator's, and those that its apps push. */
async function ensureImages(config: Config): Promise<void> {
  // In front of the emulator and beside the registry: a stack without either is for nothing.
  loadImage(requireNode(), await nginxImage(images.gateway));
  await ensureEmulatorImage(config[EMULATOR]);
  await ensureLuminaImages(config[APPS]);
}

/**
 * Where nothing is deployed yet (so that it takes no app away), the platform comes before the apps: their images come from its registry, and the node trusts that only
 * when the platform's authority has been made.
 */
function firstPart(config: Config, last: Outputs): Config | undefined {
  const { [APPS]: apps, ...platform } = config;
  const isDeployed = Object.keys(last).length > 0;
  return isDeployed || !Array.isArray(apps) || apps.length === 0 ? undefined : platform;
}

/** The lab's `exec` needs no names, trust or login of anybody's own. */
function nextSteps(stack: string, { registryHost }: Outputs): string {
  const push = registryHost ? `  npm run lab -- exec crane push image.tar ${textOf(registryHost)}/my/image:1\n` : "";
  return `Use it through the lab, which knows its names, trusts its certificates and has its account:
${push}  npm run lab -- exec kubectl get pods -A
For clients outside of it, names, certificate and login:
  npm run -s lab -- exec pulumi stack output nextSteps -s ${stack}`;
}

async function takeDown(removeData: boolean): Promise<void> {
  const encrypted = removeData ? filesWithSecrets() : [];
  const wasRunning = await exclusively(() => labDown({ removeData, keepPassphrase: encrypted.length > 0 }));
  const data = removeData ? "removed" : "kept (npm stop -- --data removes it)";
  say(`${wasRunning ? "Stopped" : "Nothing was running"}; the data is ${data}.`);
  if (encrypted.length > 0) say(`The passphrase is kept: it alone opens the encrypted values in ${encrypted.join(", ")}.`);
}
