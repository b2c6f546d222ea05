/** Where the engine keeps its parts and its state, and the environment in which nothing of the user's own Pulumi is read or written. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { paths } from "../../shared/paths";

/**
 * What the engine works on. A cluster of the user's own is acted on by official plugins only, of the version that the
 * program's packages ask for; the lab, and a preview that asks no cluster, take what can be had here.
 */
export type Purpose = "lab" | "own cluster" | "no cluster";

/** Where the CLI looks for the plugins that it has installed. */
export const homeOf = (purpose: Purpose) => (purpose === "own cluster" ? paths.ownPulumiHome : paths.pulumiHome);

/** State of stacks on clusters of the user's own: beside the lab's data, so that removing that never touches it. */
function ownState(): string {
  const folder = join(paths.lab, "state");
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** The file of the passphrase that is ours, and the folder of the states that hang on it. */
export function passphraseOf(purpose: Purpose): [file: string, state: string] {
  return purpose === "lab" ? [paths.passphrase, paths.pulumiState] : [join(ownState(), "passphrase"), ownState()];
}

export const hasOwnPassphrase = (purpose: Purpose) =>
  purpose !== "lab" &&
  (process.env.PULUMI_CONFIG_PASSPHRASE !== undefined || (process.env.PULUMI_CONFIG_PASSPHRASE_FILE ?? "") !== "");

/** How to put back a passphrase that a command would make anew; undefined where there is one, or the user has his own. */
export function missingPassphrase(purpose: Purpose): string | undefined {
  const [file] = passphraseOf(purpose);
  if (hasOwnPassphrase(purpose) || existsSync(file)) return undefined;
  return `Put it back as ${file}${purpose === "lab" ? "" : ", or set PULUMI_CONFIG_PASSPHRASE"}.`;
}

/** Environment for the CLI. State and passphrase are the lab's for the lab; else the user's where set, or kept apart from the lab's. */
export function engineEnvironment(purpose: Purpose): NodeJS.ProcessEnv {
  const own = purpose !== "lab";
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${paths.engine}:${process.env.PATH ?? ""}`,
    PULUMI_HOME: homeOf(purpose),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_ERROR_OUTPUT_STRING: "true",
  };
  const userHasState = own && env.PULUMI_BACKEND_URL;
  if (!userHasState) env.PULUMI_BACKEND_URL = `file://${own ? ownState() : paths.pulumiState}`;
  if (!hasOwnPassphrase(purpose)) {
    // Named and without a value, so that nobody who adds this to the process's own environment finds the user's there.
    env.PULUMI_CONFIG_PASSPHRASE = undefined;
    [env.PULUMI_CONFIG_PASSPHRASE_FILE] = passphraseOf(purpose);
  }
  return env;
}
