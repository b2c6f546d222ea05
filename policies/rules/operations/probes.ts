import type { Field } from "../../../kubernetes/objects/field";
import { Finding, each, finding } from "../../../kubernetes/objects/finding";
import { POD_VARIABLES } from "../../core/cel";
import { definePolicy } from "../../core/policy";
import { listed, show } from "../../../kubernetes/objects/text";

const READINESS = "readinessProbe";
const SPARED = ` || !c.?ports.hasValue() && variables.pod.containers.exists(o, o.?${READINESS}.hasValue())`;

interface ProbeParams {
  required: string[];
}

function deployment(container: string): string {
  return `{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {containers: [{name: c, image: "i:1"${container}}]}}}}`;
}

export const probes = definePolicy<ProbeParams>({
  id: "probes",
  title: "Programs that serve say when they are ready and whether they live",
  rationale:
    "Without a readiness probe an update sends requests to a program that is still starting; without a liveness probe one " +
    "that hangs hangs until somebody notices.",
  severity: "medium",
  level: "advisory",
  remediation: "Add readinessProbe and livenessProbe to every container of a long-running workload.",
  tags: ["reliability"],
  anchors: { controls: ["C-0018", "C-0056", "kyverno/require-probes", "kube-linter/no-readiness-probe"] },
  match: [{ group: "apps", versions: ["v1"], kinds: ["Deployment", "StatefulSet", "DaemonSet"] }],
  params: {
    required: {
      type: "array",
      items: { type: "string", enum: ["livenessProbe", "readinessProbe", "startupProbe"] },
      default: ["readinessProbe", "livenessProbe"],
      description:
        "The probes that every container must have; beside one that has it, a container without ports needs no readinessProbe",
    },
  },
  *check(view, { required }) {
    if (view.patch) return;
    const containers = view.pod!.containers.filter(({ role }) => role === "container");
    // A container without ports gets no requests: whether the pod is ready, one of the others may say.
    const oneIsAsked = containers.some(({ field }) => field.at(READINESS).exists);
    const spared = (probe: string, container: Field) => probe === READINESS && oneIsAsked && !container.at("ports").exists;
    yield* each(containers, function* ({ name, field }): Iterable<Finding> {
      const missing = required.filter((probe) => !field.at(probe).exists && !spared(probe, field));
      if (missing.length > 0) yield finding(field, `container ${show(name)} has no ${listed(missing)}`, `add ${listed(missing)}`);
    });
  },
  admission: {
    variables: () => [...POD_VARIABLES],
    validations: ({ required }) =>
      required.map((probe) => ({
        expression: `variables.pod.?containers.orValue([]).all(c, c.?${probe}.hasValue()${probe === READINESS ? SPARED : ""})`,
        message: `a container has no ${probe}. Fix: add it`,
      })),
  },
  good: [
    {
      title: "a container with its probes",
      yaml: deployment(", livenessProbe: {tcpSocket: {port: 1}}, readinessProbe: {exec: {command: [x]}}"),
    },
    {
      title: "a Job, which ends by itself",
      yaml: "{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {spec: {containers: [{name: c}]}}}}",
    },
    {
      title: "a container that nobody sends requests to, beside the one that serves",
      yaml: deployment(
        ", ports: [{containerPort: 1}], livenessProbe: {tcpSocket: {port: 1}}, readinessProbe: {tcpSocket: {port: 1}}}, " +
          '{name: s, image: "i:1", livenessProbe: {exec: {command: [x]}}',
      ),
    },
    {
      title: "only the probes that are asked for",
      yaml: deployment(", readinessProbe: {exec: {command: [x]}}"),
      params: { required: ["readinessProbe"] },
    },
  ],
  bad: [
    {
      title: "a second container that serves",
      yaml: deployment(
        ", livenessProbe: {tcpSocket: {port: 1}}, readinessProbe: {tcpSocket: {port: 1}}}, " +
          '{name: s, image: "i:1", ports: [{containerPort: 2}], livenessProbe: {exec: {command: [x]}}',
      ),
      finds: ['container "s" has no readinessProbe'],
    },
    { title: "no probe at all", yaml: deployment(""), finds: ['container "c" has no readinessProbe and livenessProbe'] },
    { title: "one of two", yaml: deployment(", livenessProbe: {tcpSocket: {port: 1}}"), finds: ["has no readinessProbe"] },
  ],
});
