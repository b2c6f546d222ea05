/** Deploying a stack: `pulumi up` with the policy pack, after what an interruption left is mended. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { images } from "../../kubernetes/images";
import { followDeployment } from "../../lab/cluster/apply-addons";
import { requireNode } from "../../lab/cluster/node";
import { loadImage } from "../../lab/cluster/up";
import { nginxImage } from "../../lab/images/nginx";
import { say } from "../../shared/progress";
import { paths } from "../../shared/paths";
import { accountsInForce } from "./accounts";
import { changeOfRoot, followAuthority } from "./authority";
import { facingDrift, recordUnrecorded, tryToAsk, type Asked } from "./drift";
import { adopt } from "./adopt";
import { provideEmulator } from "./emulator";
import { provideLumina } from "./lumina";
import { guarded, makeRoom, refuseTerminating, unprotect } from "./losses";
import { outputs, PulumiFailure, pulumiShown, withPolicies, type Stack } from "./pulumi";
import { recover } from "./recover";
import { forgetRemoved, rememberGood, rollBack } from "./rollback";
import { readStackFile, writeStackFile } from "./stacks";
import { awaitWebhooks, lookAround, requireSurroundings, tellClasses } from "./surroundings";

/** Hands the platform's certificate, account and names to the lab's clients and to its node. */
function configureLab(values: Record<string, unknown>): void {
  const text = (name: string) => String(values[name] ?? "");
  writeFileSync(paths.caCertificate, text("caCertificate"));
  const host = text("registryHost");
  const hostsToml = join(paths.certsD, host, "hosts.toml");
  mkdirSync(dirname(hostsToml), { recursive: true });
  writeFileSync(hostsToml, `server = "https://${host}"\n[host."https://${host}"]\n  ca = "${paths.caCertificate}"\n`);
  const auth = Buffer.from(`${text("registryUsername")}:${text("registryPassword")}`).toString("base64");
  mkdirSync(paths.dockerConfig, { recursive: true });
  writeFileSync(join(paths.dockerConfig, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
  const known = readFileSync(paths.hosts, "utf8").split(/\s+/);
  const records = (values.dnsRecords ?? []) as Array<{ name: string; address?: string }>;
  for (const { name, address } of records)
    if (address && !known.includes(name)) appendFileSync(paths.hosts, `${address} ${name}\n`);
}

/**
 * The stack file without apps, for the first deployment to the lab: their images come from the platform's registry, and
 * the node trusts that only when the platform's authority has been made. Undefined when there are no apps.
 */
function fileWithoutApps(stack: Stack): string | undefined {
  const content = readStackFile(stack.file);
  const { "homelab:apps": apps, ...config } = content.config ?? {};
  if (!Array.isArray(apps) || apps.length === 0) return undefined;
  const file = stack.file.replace(/\.yaml$/, ".first.yaml");
  writeStackFile(file, { ...content, config });
  return file;
}

/** Whether a preview's words tell of anything to do: a resource to change, or an output. */
export function hasChanges(previewed: string): boolean {
  return /^\s+[^\s\d]*\s*\d+ to \w+/m.test(previewed) || /^Outputs:/m.test(previewed);
}

/** Makes what a stack on the lab needs beside the lab's own images: nginx, its emulator's, and those that its apps push. */
export async function provideImages(stack: Stack): Promise<void> {
  const config = readStackFile(stack.file).config ?? {};
  // In front of the emulator and beside the registry: a stack without either is for nothing.
  loadImage(requireNode(), await nginxImage(images.gateway));
  await provideEmulator(config["homelab:localstack"]);
  await provideLumina(config["homelab:apps"]);
}

/**
 * Deploys what differs and returns the outputs, secrets included. The policies judge the whole before anything is changed.
 * @param allowDelete names of claims and namespaces that may be lost by it
 * @param renewing renew what a former authority has signed (followAuthority)
 */
export async function deploy(
  stack: Stack,
  allowDelete: readonly string[] = [],
  renewing = false,
): Promise<Record<string, unknown>> {
  refuseTerminating(stack, allowDelete);
  await recover(stack);
  const around = requireSurroundings(stack);
  await awaitWebhooks(stack);
  unprotect(stack, allowDelete);
  if (stack.target.kind === "lab") {
    await provideImages(stack);
    await prepareNode(stack);
  }
  const { asked } = await bring(stack, allowDelete).finally(() => {
    // What could be made only now, or is still missing, is said last.
    if (around) lookAround(stack);
  });
  let values = outputs(stack, true);
  const told = String(values.caCertificate ?? "");
  const seen = told === "" ? undefined : (asked ?? tryToAsk(stack));
  if (seen && (await followAuthority(stack, told, seen, renewing))) values = outputs(stack, true);
  if (stack.target.kind === "lab") {
    configureLab(values);
    await followDeployment();
  }
  if (values.registryHost) await accountsInForce(stack);
  return values;
}

/** The node trusts the registry before any pod pulls from it. Never takes apps away: only where there is nothing yet. */
async function prepareNode(stack: Stack): Promise<void> {
  const last = outputs(stack, true);
  if (last.caCertificate) return configureLab(last);
  const platform = fileWithoutApps(stack);
  if (platform === undefined) return;
  await bring({ ...stack, file: platform });
  configureLab(outputs(stack, true));
}

type Previewed = Awaited<ReturnType<typeof guarded>>;

/** @returns what the cluster said before, where nothing had to be deployed */
async function bring(stack: Stack, allowDelete: readonly string[] = []): Promise<{ asked?: Asked }> {
  const policies = withPolicies(stack.name);
  // What fails keeps nothing from being deployed but what depends on it.
  const options = ["--yes", "--skip-preview", "--suppress-outputs", "--continue-on-error"];
  const found = facingDrift(stack, "Changed in the cluster past Pulumi, and set right now:");
  if (found.asked) recordUnrecorded(stack, found.asked);
  // Again and again as long as there is something of the stack's own that its state does not know.
  let taken = false;
  const preview = async (of: Stack): Promise<Previewed> => {
    const said = await guarded(of, () => pulumiShown(of, ["preview", ...found.args, ...policies]), allowDelete);
    if (!(await adopt(of, said.events))) return said;
    taken = true;
    return preview(of);
  };
  const up = async (of: Stack): Promise<void> => {
    try {
      await pulumiShown(of, ["up", ...options, ...found.args, ...policies]);
    } catch (error) {
      if (!(error instanceof PulumiFailure) || !(await adopt(of, error.events))) throw error;
      await preview(of);
      await up(of);
    }
  };
  const previewed = await preview(stack);
  // What was taken up is to be recorded in full, with what it depends on.
  const changing = taken || hasChanges(previewed.output);
  const another = changeOfRoot(previewed.events);
  if (another !== undefined) say(another);
  tellClasses(stack, previewed.events);
  if (changing) {
    forgetRemoved(stack);
    await makeRoom(stack, previewed.going);
    try {
      await up(stack);
    } catch (error) {
      if (error instanceof PulumiFailure) await rollBack(stack, error, (of) => preview(of).then(() => up(of)));
      throw error;
    }
  }
  rememberGood(stack, stack.file);
  return { asked: changing ? undefined : found.asked };
}
