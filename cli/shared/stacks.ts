/**
 * Which cluster a stack goes to, and the stack file that Pulumi is given: a generated copy of the tracked one with the context
 * (and Pulumi's encryption salt) filled in, so that the tracked file stays as it is.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_DOMAIN } from "../../components/config/names";
import { paths, root } from "../../shared/paths";
import { run, UserError, which } from "../../shared/process";
import { CONTEXT } from "../../lab/cluster/pki";
import { runningNode } from "../../lab/cluster/node";
import { imageNames } from "../../lab/images/catalogue";
import { emulatorSettings } from "./emulator";
import { luminaSettings } from "./lumina";
import { readStackText, stackText } from "./stackText";
import { stateFile } from "./state/file";

/** `none` is a preview that asks no cluster: a context that this machine does not have. */
export type Target = { kind: "context" | "none"; context: string } | { kind: "kind" } | { kind: "lab" };

export interface StackFile {
  config?: Record<string, unknown>;
  encryptionsalt?: string;
  [key: string]: unknown;
}

export const DEV = "dev";
export const KIND_CLUSTER = "pallet-dev";
export const KIND_CONTEXT = `kind-${KIND_CLUSTER}`;
const KEY = "homelab";
const EMULATOR = `${KEY}:localstack`;
const APPS = `${KEY}:apps`;

/** @throws UserError when it is no YAML */
export function readStackFile(file: string): StackFile {
  try {
    return (readStackText(readFileSync(file, "utf8")) ?? {}) as StackFile;
  } catch (error) {
    throw new UserError(`${file.replace(`${root}/`, "")} is not valid YAML: ${(error as Error).message.split("\n")[0]}`);
  }
}

export function trackedStackFile(stack: string): StackFile {
  const file = join(root, `Pulumi.${stack}.yaml`);
  if (!/^[a-zA-Z0-9_-]+$/.test(stack) || !existsSync(file)) {
    throw new UserError(
      `There is no stack "${stack}": Pulumi.${stack}.yaml does not exist. Copy Pulumi.homelab.yaml to it, or use --stack homelab or --stack dev.`,
      2,
    );
  }
  return readStackFile(file);
}

const stackNames = () =>
  readdirSync(root)
    .map((file) => /^Pulumi\.([\w-]+)\.yaml$/.exec(file)?.[1])
    .filter((stack) => stack !== undefined);

/** The files of stacks that hold encrypted values: lost with the passphrase that they were written with. */
export function filesWithSecrets(): string[] {
  return stackNames()
    .filter((stack) => trackedStackFile(stack).encryptionsalt !== undefined)
    .map((stack) => `Pulumi.${stack}.yaml`);
}

/** Where a stack's file holds encrypted values: `homelab:registry.users.0.password`. */
export function encryptedKeys(stack: string): string[] {
  const found = (value: unknown, path: string): string[] => {
    if (typeof value !== "object" || value === null) return [];
    if ("secure" in value) return [path];
    return Object.entries(value).flatMap(([key, inner]) => found(inner, path === "" ? key : `${path}.${key}`));
  };
  return found(trackedStackFile(stack).config, "");
}

/** The stacks that have a file here, without the one named and without those that the lab's state knows already. */
export function otherStacks(name: string): string[] {
  const known = (stack: string) => existsSync(join(paths.pulumiState, ".pulumi", "stacks", KEY, `${stack}.json`));
  return stackNames().filter((stack) => stack !== name && !known(stack));
}

/** The stack that a `pulumi` command line deploys, previews, refreshes or destroys; undefined for any other command. */
export function deployedStack([program, ...words]: readonly string[]): string | undefined {
  if (program !== "pulumi" || !words.some((word) => ["up", "update", "preview", "refresh", "destroy"].includes(word)))
    return undefined;
  const at = words.findIndex((word) => word === "-s" || word === "--stack");
  return at >= 0 ? words[at + 1] : words.map((word) => /^--stack=(.+)$/.exec(word)?.[1]).find((name) => name !== undefined);
}

export function contextOf(file: StackFile): string | undefined {
  const context = file.config?.[`${KEY}:context`];
  return typeof context === "string" && context !== "" ? context : undefined;
}

/** The kubeconfig that a stack names itself. */
export function kubeconfigOf(file: StackFile): string | undefined {
  const kubeconfig = file.config?.[`${KEY}:kubeconfig`];
  return typeof kubeconfig === "string" && kubeconfig !== "" ? kubeconfig : undefined;
}

const dockerRuns = () =>
  which("docker") !== undefined && run("docker", ["info"], { allowFailure: true, timeoutSeconds: 10 }).status === 0;

/** The cluster a stack is for. Whatever context is current plays no part. */
export function targetOf(stack: string): Target {
  const context = contextOf(trackedStackFile(stack));
  if (context) return { kind: "context", context };
  if (stack !== DEV) {
    throw new UserError(
      `The stack "${stack}" names no kubeconfig context, and the current one is never used.\nList yours with \`kubectl config get-contexts\`, then: pulumi config set --stack ${stack} ${KEY}:context NAME`,
    );
  }
  return which("kind") && dockerRuns() ? { kind: "kind" } : { kind: "lab" };
}

/** Host names that the platform of a stack will answer to, read off its file alone (used before anything is deployed). */
export function hostNames(stack: string, { config = {} }: StackFile = trackedStackFile(stack)): string[] {
  const domain = String(config[`${KEY}:domain`] ?? DEFAULT_DOMAIN);
  const names = new Set(["registry", "registry-ui", "localstack"].map((name) => `${name}.${domain}`));
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "host" && typeof inner === "string") names.add(inner);
      collect(inner);
    }
  };
  collect(config);
  const apps = config[`${KEY}:apps`];
  if (Array.isArray(apps)) for (const app of apps as Array<{ name?: string }>) if (app.name) names.add(`${app.name}.${domain}`);
  return [...names];
}

/** What a target adds to a stack's configuration. */
function additions(target: Target): Record<string, unknown> {
  if (target.kind === "context") return {};
  if (target.kind === "none") return { context: target.context };
  if (target.kind === "kind")
    return {
      context: KIND_CONTEXT,
      routing: { port: 5000, nodePort: 30500, address: "127.0.0.1", traefikNamespace: "traefik" },
      storage: { class: "standard" },
    };
  const address = runningNode()?.network.nodeAddress;
  return {
    context: CONTEXT,
    kubeconfig: paths.kubeconfig,
    ...(address ? { routing: { address } } : {}),
    // The real interface's image cannot be had without a download; a small one of the same contract takes its place.
    registry: { ui: { image: imageNames.registryUi } },
  };
}

function merge(base: unknown, over: unknown): unknown {
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isMap(base) || !isMap(over)) return over === undefined ? base : over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = merge(base[key], value);
  return merged;
}

/**
 * Writes the generated stack file and returns its path. Its salt is that of the state, for secrets there hang on it; where the state is
 * kept elsewhere, that of an earlier copy of the file.
 * @param backend where the state is kept, as Pulumi names it
 */
export function generateStackFile(
  stack: string,
  target: Target,
  more: Record<string, unknown> = {},
  backend = target.kind === "lab" ? `file://${paths.pulumiState}` : undefined,
): string {
  const tracked = trackedStackFile(stack);
  const folder = target.kind === "lab" ? paths.stacks : paths.ownStacks;
  const file = join(folder, `Pulumi.${stack}.yaml`);
  mkdirSync(folder, { recursive: true });
  const config: Record<string, unknown> = { ...tracked.config };
  for (const [key, value] of Object.entries(merge(additions(target), more) as Record<string, unknown>)) {
    config[`${KEY}:${key}`] = merge(config[`${KEY}:${key}`], value);
  }
  if (target.kind === "lab") {
    config[EMULATOR] = merge(config[EMULATOR], emulatorSettings(config[EMULATOR]));
    if (config[APPS] !== undefined) config[APPS] = luminaSettings(config[APPS]);
  }
  const state = stateFile(backend, stack);
  const earlier = () => (existsSync(file) ? readStackFile(file).encryptionsalt : undefined);
  const salt = tracked.encryptionsalt ?? (state === undefined ? earlier() : (state.present ?? state.copies[0])?.salt);
  writeStackFile(file, { ...tracked, ...(salt ? { encryptionsalt: salt } : {}), config });
  return file;
}

export function writeStackFile(file: string, content: StackFile): void {
  const text = stackText(content);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  // Whoever is killed meanwhile leaves the one before.
  writeFileSync(`${file}.partial`, text);
  renameSync(`${file}.partial`, file);
}
