/** The contexts of the user's kubeconfig, read without kubectl, and the one that a stack is for. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { readDocument } from "../../kubernetes/yaml";
import { KIND_CONTEXT, kubeconfigOf, trackedStackFile, type Target } from "./stacks";

/**
 * Names of the contexts that this machine knows.
 * @param kubeconfig path that a stack names itself; else what KUBECONFIG lists, or `~/.kube/config`
 */
export function knownContexts(kubeconfig?: string): string[] {
  const files = kubeconfig ? [kubeconfig] : (process.env.KUBECONFIG || "~/.kube/config").split(delimiter).filter(Boolean);
  return [...new Set(files.map(pathOf).flatMap(contextsIn))];
}

/**
 * kubectl's arguments by which it reaches a stack's own cluster, whatever context is current. The lab's come with its environment.
 * @param kubeconfig path that the stack names itself
 */
export function clusterArguments(
  { name, target }: { name: string; target: Target },
  kubeconfig = kubeconfigOf(trackedStackFile(name)),
): string[] {
  if (target.kind === "lab") return [];
  if (target.kind === "kind") return ["--context", KIND_CONTEXT];
  return ["--context", target.context, ...(kubeconfig === undefined ? [] : ["--kubeconfig", pathOf(kubeconfig)])];
}

const pathOf = (file: string) => (file.startsWith("~/") ? join(homedir(), file.slice(2)) : resolve(file));

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
