/** Claims and volumes. */
import { ApiError } from "../errors";
import { text, type KubeObject } from "../objects";
import { READY, waiting, type CheckContext, type Verdict } from "./condition";

export async function checkClaim(claim: KubeObject, { cluster, signal }: CheckContext): Promise<Verdict> {
  const phase = text(claim, "status", "phase");
  if (phase === "Bound") return READY;
  const className = text(claim, "spec", "storageClassName");
  const mode = className === "" ? "" : await bindingMode();
  return claimVerdict(phase, className, mode);

  /** Empty if there is no such class (yet), or none may be read. */
  async function bindingMode(): Promise<string> {
    try {
      const kind = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: className } };
      return text(await cluster.get(kind, signal), "volumeBindingMode");
    } catch (error) {
      if (error instanceof ApiError) return "";
      throw error;
    }
  }
}

/**
 * A claim of a class that waits for its first consumer stays Pending until a pod uses it, and the program may only
 * then make that pod: Pending is as ready as it gets.
 */
export function claimVerdict(phase: string, className: string, mode: string): Verdict {
  if (phase === "Bound" || (phase === "Pending" && mode === "WaitForFirstConsumer")) return READY;
  const problems = className === "" ? ["the claim names no storage class, so it has to be bound first"] : [];
  return waiting(`the claim to be bound (it is ${phase || "new"})`, problems);
}

export function volumeVerdict(volume: KubeObject): Verdict {
  const phase = text(volume, "status", "phase");
  return phase === "Available" || phase === "Bound" ? READY : waiting("the volume to be available");
}
