import type * as k8s from "@pulumi/kubernetes";
import { plain, type Recorded, type Run } from "./recorder";

/* Views of what was recorded as the Kubernetes objects they are. */

/** An object as the API server would receive it; loose on purpose, for every kind has other fields. */
export interface KubernetesObject {
  recorded: Recorded;
  kind: string;
  apiVersion: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- fields differ by kind; a wrong one fails the test
  spec: any;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  type?: string;
}

type PodSpec = k8s.types.output.core.v1.PodSpec;

export interface Workload {
  object: KubernetesObject;
  podLabels: Record<string, string>;
  podAnnotations: Record<string, string>;
  pod: PodSpec;
}

/** Everything that is made in the cluster, `kind` or all. What is only read does not count. */
export function objects(run: Run, kind?: string): KubernetesObject[] {
  return run.resources
    .filter((resource) => resource.custom && /^kubernetes:[^:]*\/v\w+:/.test(resource.type) && resource.readId === undefined)
    .map((recorded) => {
      const [, group, ownKind] = recorded.type.split(":") as [string, string, string];
      const inputs = plain(recorded.inputs) as Partial<KubernetesObject>;
      return { recorded, apiVersion: group.replace(/^core\//, ""), metadata: { name: "" }, spec: {}, ...inputs, kind: ownKind };
    })
    .filter((object) => kind === undefined || object.kind === kind);
}

/** The one object of this kind and name. */
export function object(run: Run, kind: string, name: string, namespace?: string): KubernetesObject {
  const found = objects(run, kind).filter(
    ({ metadata }) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace),
  );
  if (found.length !== 1) {
    const all = objects(run, kind)
      .map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`)
      .join(", ");
    throw new Error(`${found.length} objects ${kind} ${name} instead of one; there are: ${all}`);
  }
  return found[0]!;
}

const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"];

export function workloads(run: Run): Workload[] {
  return objects(run).flatMap((item) => {
    const template =
      item.kind === "CronJob"
        ? item.spec.jobTemplate.spec.template
        : workloadKinds.includes(item.kind)
          ? item.spec.template
          : undefined;
    return template === undefined
      ? []
      : [
          {
            object: item,
            podLabels: template.metadata?.labels ?? {},
            podAnnotations: template.metadata?.annotations ?? {},
            pod: template.spec,
          },
        ];
  });
}

export function containers({ pod }: Workload) {
  return [...(pod.initContainers ?? []), ...(pod.containers ?? [])];
}
