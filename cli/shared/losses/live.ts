/** Asking the cluster what hangs on a deployment. */
import { run } from "../../../shared/process";
import type { Stack } from "../pulumi";
import type { Live, LiveClaim, LiveClass, LivePod, LiveVolume } from "./types";

interface Item {
  kind: string;
}

/** Everything of these kinds, of all namespaces; undefined where the cluster does not answer. */
export function list(stack: Stack, kinds: string, ...more: string[]): Item[] | undefined {
  if (!stack.cluster.exists) return undefined;
  const args = [
    ...stack.cluster.kubectlArguments,
    "get",
    kinds,
    "--all-namespaces",
    "-o",
    "json",
    "--request-timeout=20s",
    ...more,
  ];
  const answer = run("kubectl", args, { env: stack.env, allowFailure: true });
  return answer.status === 0 ? (JSON.parse(answer.stdout) as { items: Item[] }).items : undefined;
}

export function livingData(stack: Stack): Live | undefined {
  const items = list(stack, "persistentvolumeclaims,persistentvolumes,pods,storageclasses");
  if (items === undefined) return undefined;
  const of = <T>(kind: string) => items.filter((item) => item.kind === kind) as unknown as T[];
  return {
    claims: of<LiveClaim>("PersistentVolumeClaim"),
    volumes: of<LiveVolume>("PersistentVolume"),
    pods: of<LivePod>("Pod"),
    classes: of<LiveClass>("StorageClass"),
  };
}
