import { withLinterAnnotations } from "../../../../kubernetes/linters";
import { nameOf, podTemplateOf, type KubeObject } from "./objects";
import type { AdaptSettings } from "./settings";

/* Workloads of which there is one pod at any moment: two would each have a state of their own, or spoil a common one. */

/** Why there would be several, or no such workload. */
export function singleProblems(objects: KubeObject[], { single }: AdaptSettings): string[] {
  return single.flatMap((name) => {
    const owner = objects.find((object) => object.metadata.name === name && podTemplateOf(object));
    if (owner === undefined) {
      const workloads = objects.filter((object) => podTemplateOf(object)).map(({ metadata }) => metadata.name);
      return [`single names ${name}, and the chart has ${workloads.join(", ") || "no workloads"}`];
    }
    return severalPods(objects, owner, "it is to have one pod");
  });
}

/** Replicas and autoscalers of a workload. `reason` says why they must not be. */
export function severalPods(objects: KubeObject[], owner: KubeObject, reason: string): string[] {
  const replicas = owner.spec?.replicas ?? 1;
  const scalers = objects.filter(
    ({ kind, spec }) => kind === "HorizontalPodAutoscaler" && spec?.scaleTargetRef?.name === owner.metadata.name,
  );
  return [
    ...(replicas > 1 ? [`${nameOf(owner)} has ${replicas} replicas: ${reason}; set its replicas to 1 in the values`] : []),
    ...scalers.map(
      (scaler) => `${nameOf(scaler)} would add replicas to ${owner.metadata.name}: ${reason}; switch it off in the values`,
    ),
  ];
}

/** The old pod ends before the new one begins. */
export function keepSingle(object: KubeObject): void {
  if (object.kind !== "Deployment") return;
  // `rollingUpdate` must not stand beside Recreate.
  object.spec = { ...object.spec, replicas: object.spec?.replicas ?? 1, strategy: { type: "Recreate" } };
}

/** Other linters would ask for several pods, and for updates that start the new one first. */
export function annotateForLinters(object: KubeObject, { database, single, linterAnnotations }: AdaptSettings): void {
  const { name, annotations } = object.metadata;
  const reason = name === database?.workload ? "SQLite has one writer" : single.includes(name) ? "it has one pod" : undefined;
  if (!linterAnnotations || reason === undefined) return;
  object.metadata.annotations = withLinterAnnotations(object.kind, annotations, reason);
}
