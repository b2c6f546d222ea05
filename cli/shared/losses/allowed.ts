/** Making way for what was allowed by name: the engine leaves a retained claim where it is, and one in use would keep it waiting. */
import { run } from "../../../shared/process";
import { step } from "../../../shared/progress";
import { failure, pulumi, type Stack } from "../pulumi";
import { exportState } from "../state/state";
import type { Finding, LivePod } from "./types";
import { list } from "./live";

/** Lifts the engine's protection of what may go, which would refuse it at preview. */
export function unprotect(stack: Stack, allowed: readonly string[]): void {
  if (allowed.length === 0) return;
  const { deployment } = exportState(stack);
  const inside = (id: string) => allowed.some((name) => id === name || id.startsWith(`${name}/`));
  for (const { urn, id, protect } of deployment?.resources ?? []) {
    if (protect && id !== undefined && inside(id)) {
      const answer = pulumi(stack, ["state", "unprotect", urn, "--yes"]);
      if (answer.status !== 0) throw failure(stack, answer.stderr);
    }
  }
}

/** Deletes the claims that the deployment is to make anew, and the pods that hold them, which wait for the new ones then. */
export async function deleteAllowed(stack: Stack, findings: readonly Finding[]): Promise<void> {
  const claims = findings.filter(({ verdict, kind }) => verdict === "replaced" && kind === "PersistentVolumeClaim");
  for (const { name: full } of claims) {
    const [namespace, name] = full.split("/") as [string, string];
    const kubectl = (...args: string[]) =>
      run("kubectl", [...stack.cluster.kubectlArguments, "-n", namespace, ...args], { env: stack.env });
    if (kubectl("get", "persistentvolumeclaim", name, "--ignore-not-found", "-o", "name").stdout.trim() === "") continue;
    await step(`deleting the claim ${full}, as allowed`, () => {
      kubectl("delete", "persistentvolumeclaim", name, "--wait=false", "--ignore-not-found");
      const pods = (list(stack, "pods") ?? []) as unknown as LivePod[];
      const holding = pods.filter(
        ({ metadata, spec }) =>
          metadata.namespace === namespace && spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === name),
      );
      if (holding.length > 0) kubectl("delete", "pod", "--ignore-not-found", ...holding.map(({ metadata }) => metadata.name));
      kubectl("wait", "--for=delete", `persistentvolumeclaim/${name}`, "--timeout=120s");
    });
  }
}
