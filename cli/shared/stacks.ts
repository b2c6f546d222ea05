/**
 * The stack files: those that are tracked, and the one that Pulumi is given, a generated copy with what the stack's cluster adds (and
 * Pulumi's encryption salt) filled in, so that the tracked file stays as it is.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths, root } from "../../shared/paths";
import { UserError } from "../../shared/process";
import { NAMESPACE } from "../../components/config/report";
import { servedNames } from "../../components/services/facts";
import { schema } from "../../components/services/sections";
import { PROJECT } from "./project";
import { revealed } from "./revealed";
import type { Cluster, Config } from "../clusters/cluster";
import { readStackText, stackText } from "./stackText";
import { stateFile } from "./state/file";

export interface StackFile {
  config?: Config;
  encryptionsalt?: string;
  [key: string]: unknown;
}

export const DEV = "dev";

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
  const known = (stack: string) => existsSync(join(paths.pulumiState, ".pulumi", "stacks", PROJECT, `${stack}.json`));
  return stackNames().filter((stack) => stack !== name && !known(stack));
}

/** The stack that a `pulumi` command line deploys, previews, refreshes or destroys; undefined for any other command. */
export function deployedStack([program, ...words]: readonly string[]): string | undefined {
  if (program !== "pulumi" || !words.some((word) => ["up", "update", "preview", "refresh", "destroy"].includes(word))) {
    return undefined;
  }
  const at = words.findIndex((word) => word === "-s" || word === "--stack");
  return at >= 0 ? words[at + 1] : words.map((word) => /^--stack=(.+)$/.exec(word)?.[1]).find((name) => name !== undefined);
}

export function contextOf(file: StackFile): string | undefined {
  const context = file.config?.[`${NAMESPACE}:context`];
  return typeof context === "string" && context !== "" ? context : undefined;
}

/** The kubeconfig that a stack names itself. */
export function kubeconfigOf(file: StackFile): string | undefined {
  const kubeconfig = file.config?.[`${NAMESPACE}:kubeconfig`];
  return typeof kubeconfig === "string" && kubeconfig !== "" ? kubeconfig : undefined;
}

/** Host names that the platform of a stack will answer to, read off its file alone (used before anything is deployed). */
export function hostNames(stack: string, { config = {} }: StackFile = trackedStackFile(stack)): string[] {
  const prefix = `${NAMESPACE}:`;
  const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
  const given = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), revealed(value)]));
  // Mistakes are the program's to report.
  const { data } = schema.safeParse({ context: "any", ...given });
  return data === undefined ? [] : servedNames(data).map(({ host }) => host);
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
 * @param more settings by section, over those of the cluster
 * @param backend where the state is kept, as Pulumi names it
 */
export function generateStackFile(
  stack: string,
  cluster: Pick<Cluster, "settings" | "adapt" | "stackFolder">,
  more: Record<string, unknown> = {},
  backend?: string,
): string {
  const tracked = trackedStackFile(stack);
  const file = join(cluster.stackFolder, `Pulumi.${stack}.yaml`);
  mkdirSync(cluster.stackFolder, { recursive: true });
  const config: Config = { ...tracked.config };
  for (const [key, value] of Object.entries(merge(cluster.settings(), more) as Record<string, unknown>)) {
    config[`${NAMESPACE}:${key}`] = merge(config[`${NAMESPACE}:${key}`], value);
  }
  const state = stateFile(backend, stack);
  const earlier = () => (existsSync(file) ? readStackFile(file).encryptionsalt : undefined);
  const salt = tracked.encryptionsalt ?? (state === undefined ? earlier() : (state.present ?? state.copies[0])?.salt);
  writeStackFile(file, { ...tracked, ...(salt ? { encryptionsalt: salt } : {}), config: cluster.adapt(config) });
  return file;
}

export function writeStackFile(file: string, content: StackFile): void {
  const text = stackText(content);
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  // Whoever is killed meanwhile leaves the one before.
  writeFileSync(`${file}.partial`, text);
  renameSync(`${file}.partial`, file);
}
