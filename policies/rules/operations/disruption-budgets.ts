import { Finding, finding } from "../../../kubernetes/objects/finding";
import { Inventory, sameNamespace } from "../../core/inventory";
import { ObjectView, describe } from "../../core/object";
import { atEach, definePolicy } from "../../core/policy";
import { selects } from "../../core/selector";

function budget(spec: string): string {
  return `{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: b, namespace: a}, spec: {${spec}selector: {matchLabels: {app: x}}}}`;
}

function deployment(replicas: number): string {
  return `\n---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: x, namespace: a}, spec: {replicas: ${replicas}, template: {metadata: {labels: {app: x}}}}}`;
}

export const disruptionBudgets = definePolicy<object>({
  id: "disruption-budgets",
  title: "A disruption budget lets a node be drained",
  rationale: "A budget that never lets a pod go stops every drain, and with it every update of the node, until someone finds it.",
  severity: "medium",
  level: "advisory",
  remediation: "Allow at least one pod to go, or remove the budget of a workload with one replica.",
  tags: ["reliability"],
  anchors: { controls: ["kyverno/require-reasonable-pdbs", "polaris/pdbDisruptionsIsZero", "kube-linter/pdb-max-unavailable"] },
  match: [{ group: "policy", versions: ["v1"], kinds: ["PodDisruptionBudget"] }],
  params: {},
  *check(view) {
    if (neverLets(view)) yield finding("spec", "never lets a pod go, so a node cannot be drained", "set maxUnavailable: 1");
  },
  *crossCheck(inventory) {
    yield* atEach(inventory.all("policy/PodDisruptionBudget"), (view) => againstReplicas(view, inventory));
  },
  admission: { notExpressible: "how many replicas there are stands in another object" },
  good: [
    { title: "a budget that lets one go", yaml: budget("maxUnavailable: 1, ") + deployment(1) },
    { title: "one of two must stay", yaml: budget("minAvailable: 1, ") + deployment(2) },
    { title: "half of three must stay", yaml: budget("minAvailable: 50%, ") + deployment(3) },
    {
      title: "pods that an autoscaler keeps two of",
      yaml:
        budget("minAvailable: 1, ") +
        deployment(1) +
        "\n---\n{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h, namespace: a}, spec: {minReplicas: 2, maxReplicas: 3, scaleTargetRef: {kind: Deployment, name: x}}}",
    },
    {
      title: "other pods, by an expression",
      yaml:
        budget("minAvailable: 1, ").replace(
          "matchLabels: {app: x}",
          "matchExpressions: [{key: app, operator: NotIn, values: [x]}]",
        ) + deployment(1),
    },
  ],
  bad: [
    {
      title: "none may go",
      yaml: `${budget("maxUnavailable: 0, ")}\n---\n${budget("minAvailable: 100%, ")}`,
      finds: ["never lets a pod go", "never lets a pod go"],
    },
    {
      title: "as many must stay as there are",
      yaml: budget("minAvailable: 2, ") + deployment(2),
      finds: ["Deployment a/x has 2 replicas, of which 2 must stay"],
    },
    {
      title: "half of one is one",
      yaml: budget("minAvailable: 50%, ") + deployment(1),
      finds: ["has 1 replica, of which 1 must stay"],
    },
    {
      title: "one that an expression selects, and one of all pods of the namespace",
      yaml:
        [
          budget("minAvailable: 1, ").replace(
            "matchLabels: {app: x}",
            "matchExpressions: [{key: app, operator: In, values: [x, y]}]",
          ),
          budget("minAvailable: 1, ").replace("{matchLabels: {app: x}}", "{}"),
        ].join("\n---\n") + deployment(1),
      finds: ["of which 1 must stay", "of which 1 must stay"],
    },
  ],
});

function neverLets({ spec }: ObjectView): boolean {
  return /^0%?$/.test(spec.at("maxUnavailable").scalar() ?? "") || spec.at("minAvailable").scalar() === "100%";
}

function* againstReplicas(view: ObjectView, inventory: Inventory): Iterable<Finding> {
  const least = view.spec.at("minAvailable").scalar();
  if (least === undefined || neverLets(view)) return;
  for (const kind of ["Deployment", "StatefulSet"]) {
    for (const workload of inventory.all(`apps/${kind}`)) {
      if (!sameNamespace(workload.namespace, view.namespace) || !selects(view.spec.at("selector"), workload.pod!.labels)) {
        continue;
      }
      const replicas = replicasOf(workload, inventory);
      // Kubernetes rounds a share up (disruption controller, GetScaledValueFromIntOrPercent).
      const stay = least.endsWith("%") ? Math.ceil((parseInt(least, 10) / 100) * replicas) : Number(least);
      if (replicas > 0 && stay >= replicas) {
        const count = `${replicas} ${replicas === 1 ? "replica" : "replicas"}`;
        yield finding(
          "spec.minAvailable",
          `${describe(workload)} has ${count}, of which ${stay} must stay: a node cannot be drained`,
          "set maxUnavailable: 1 instead, or remove the budget of a single replica",
        );
      }
    }
  }
}

/** How many there are; where an autoscaler decides, the fewest that it may leave (autoscaling/v2: 1 where nothing is said). */
function replicasOf(workload: ObjectView, inventory: Inventory): number {
  const scaler = inventory.all("autoscaling/HorizontalPodAutoscaler").find((view) => {
    const target = view.spec.at("scaleTargetRef");
    const same = target.at("kind").text() === workload.kind && target.at("name").text() === workload.name;
    return same && sameNamespace(view.namespace, workload.namespace);
  });
  return (scaler ? scaler.spec.at("minReplicas") : workload.spec.at("replicas")).number() ?? 1;
}
