/** Deploying a stack: `pulumi up` with the policy pack, after what an interruption left is mended. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { paths } from "../../lab/shared/paths";
import { outputs, POLICY_PACK, pulumiShown, type Stack } from "./pulumi";
import { recover } from "./recover";

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
}

/** Whether a preview's words tell of anything to do: a resource to change, or an output. */
export function hasChanges(previewed: string): boolean {
  return /^\s+[^\s\d]*\s*\d+ to \w+/m.test(previewed) || /^Outputs:/m.test(previewed);
}

/** Deploys what differs and returns the outputs, secrets included. The policies judge the whole before anything is changed. */
export async function deploy(stack: Stack): Promise<Record<string, unknown>> {
  await recover(stack);
  const policies = ["--policy-pack", POLICY_PACK];
  const previewed = await pulumiShown(stack, ["preview", ...policies]);
  if (hasChanges(previewed)) await pulumiShown(stack, ["up", "--yes", "--skip-preview", "--suppress-outputs", ...policies]);
  const values = outputs(stack, true);
  if (stack.target.kind === "lab") configureLab(values);
  return values;
}
