/** Which workloads of a stack have not the pods that they are to have, by their own status. */
import type { KubernetesObject } from "./drift";

export interface NotReady {
  kind: string;
  /** `namespace/name`. */
  object: string;
  /** What is missing, and the controller's own words where it has some. */
  detail: string;
}

interface Status {
  replicas?: number;
  readyReplicas?: number;
  numberReady?: number;
  desiredNumberScheduled?: number;
  conditions?: Array<{ type: string; status: string; reason?: string; message?: string }>;
}

/** Pods that are wanted, and that are ready. Undefined for what is no workload that runs all the time. */
function counted({ kind, spec, status }: KubernetesObject): { wanted: number; ready: number } | undefined {
  const { replicas = 1 } = (spec ?? {}) as { replicas?: number };
  const current = (status ?? {}) as Status;
  if (kind === "Deployment" || kind === "StatefulSet" || kind === "ReplicaSet") {
    return { wanted: replicas, ready: current.readyReplicas ?? 0 };
  }
  if (kind === "DaemonSet") return { wanted: current.desiredNumberScheduled ?? 0, ready: current.numberReady ?? 0 };
  return undefined;
}

/** The workloads with fewer pods ready than are wanted. Pure. */
export function notReady(objects: readonly (KubernetesObject | undefined)[]): NotReady[] {
  return objects.flatMap((object): NotReady[] => {
    const count = object && counted(object);
    if (!count || count.ready >= count.wanted) return [];
    const { namespace = "", name } = object.metadata;
    const { conditions = [] } = (object.status ?? {}) as Status;
    const why = conditions.find(
      ({ type, status }) => (type === "ReplicaFailure" && status === "True") || (type === "Progressing" && status === "False"),
    );
    const words = why?.message ?? `kubectl describe pods -n ${namespace}`;
    const detail = `${count.ready} of ${count.wanted} pods ready: ${words}`;
    return [{ kind: object.kind, object: `${namespace}/${name}`, detail }];
  });
}
