/** The contexts of the user's kubeconfig, read without kubectl. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { readDocument } from "../../kubernetes/yaml";

/**
 * Names of the contexts that this machine knows.
 * @param kubeconfig path that a stack names itself; else what KUBECONFIG lists, or `~/.kube/config`
 */
export function knownContexts(kubeconfig?: string): string[] {
  const files = kubeconfig ? [kubeconfig] : (process.env.KUBECONFIG || "~/.kube/config").split(delimiter).filter(Boolean);
  return [...new Set(files.map(pathOf).flatMap(contextsIn))];
}

/** A path of the configuration, which may begin with the home folder. */
export const pathOf = (file: string) => (file.startsWith("~/") ? join(homedir(), file.slice(2)) : resolve(file));

function contextsIn(file: string): string[] {
  if (!existsSync(file)) return [];
  try {
    const { contexts } = (readDocument(readFileSync(file, "utf8")) ?? {}) as { contexts?: Array<{ name?: unknown }> | null };
    return (contexts ?? []).map(({ name }) => name).filter((name) => typeof name === "string");
  } catch {
    // A kubeconfig that cannot be read has no context; whoever goes on to use it tells what is wrong with it.
    return [];
  }
}
