/** Asking a stack's cluster for objects by their names. */
import { execFile } from "node:child_process";
import { run, UserError } from "../../shared/process";
import type { Stack } from "./pulumi";

export interface ObjectReference {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** An object as it is, with who set its fields; undefined where there is none, or where the cluster does not answer. */
export function getObject<T>(stack: Stack, { apiVersion, kind, metadata }: ObjectReference): T | undefined {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const type = group ? [kind, version, group].filter(Boolean).join(".") : kind;
  const place = metadata.namespace ? ["--namespace", metadata.namespace] : [];
  const args = ["get", type, metadata.name, ...place, "-o", "json", "--show-managed-fields"];
  const answer = run("kubectl", [...stack.cluster.kubectlArguments, ...args], { env: stack.env, allowFailure: true });
  return answer.status === 0 ? (JSON.parse(answer.stdout) as T) : undefined;
}

/** Those of the objects that there are, in one question, with who set their fields. @throws UserError when it could not be asked */
export function getObjects<T extends object>(stack: Stack, references: readonly ObjectReference[]): T[] {
  if (references.length === 0) return [];
  const items = references.map(({ apiVersion, kind, metadata: { name, namespace } }) => {
    return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } };
  });
  const args = ["get", "-f", "-", "-o", "json", "--ignore-not-found", "--show-managed-fields", "--request-timeout=10s"];
  const answer = run("kubectl", [...stack.cluster.kubectlArguments, ...args], {
    env: stack.env,
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    allowFailure: true,
  });
  if (answer.status !== 0) throw new UserError(`The cluster could not be asked: ${answer.stderr.trim().split("\n").at(-1)}`);
  if (answer.stdout.trim() === "") return [];
  // One object alone comes without a list.
  const found = JSON.parse(answer.stdout) as T & { items?: T[] };
  return found.items ?? [found];
}

/** Asks without waiting for others; `stdout` is undefined where there was no answer. */
export function askKubectl(stack: Stack, args: readonly string[]): Promise<{ stdout?: string; stderr: string }> {
  const options = { env: stack.env, timeout: 10_000, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile("kubectl", [...stack.cluster.kubectlArguments, ...args], options, (error, stdout, stderr) => {
      resolve({ stdout: error ? undefined : stdout, stderr });
    });
  });
}
