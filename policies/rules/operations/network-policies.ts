import { Finding, finding } from "../../../kubernetes/objects/finding";
import { Inventory } from "../../core/inventory";
import { ObjectView } from "../../core/object";
import { atEach, definePolicy } from "../../core/policy";
import { selects } from "../../core/selector";

const POD = "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: a, labels: {app: x}}, spec: {containers: []}}";

function policy(spec: string, namespace = "a"): string {
  return `\n---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: n, namespace: ${namespace}}, spec: ${spec}}`;
}

export const networkPolicies = definePolicy<object>({
  id: "network-policies",
  title: "A network policy decides who reaches a pod",
  rationale: "Without a policy every pod of the cluster reaches every port of every other, the registry's metrics included.",
  severity: "medium",
  level: "advisory",
  remediation: "Add a NetworkPolicy that denies by default to the namespace, and one for each way in.",
  tags: ["security", "network"],
  anchors: { controls: ["KSV-0038", "C-0030", "C-0260", "CIS 5.3.2"] },
  match: [{ group: "networking.k8s.io", versions: ["v1"], kinds: ["NetworkPolicy"] }],
  params: {},
  *crossCheck(inventory) {
    const reported = new Set<string>();
    yield* atEach(inventory.workloads, (view) => isolated(view, inventory, reported));
  },
  admission: { notExpressible: "that an object is missing cannot be seen from another", native: "NetworkPolicy" },
  good: [
    { title: "a policy for all pods of the namespace", yaml: POD + policy("{podSelector: {}, policyTypes: [Ingress]}") },
    { title: "a policy that selects the pod", yaml: POD + policy("{podSelector: {matchLabels: {app: x}}}") },
    {
      title: "a policy that selects the pod by an expression",
      yaml: POD + policy("{podSelector: {matchExpressions: [{key: app, operator: Exists}]}}"),
    },
    {
      title: "a pod in the node's network, which policies do not reach",
      yaml: POD.replace("containers", "hostNetwork: true, containers"),
    },
  ],
  bad: [
    { title: "no policy", yaml: POD, finds: ["no network policy decides"] },
    {
      title: "a policy of another namespace",
      yaml: POD + policy("{podSelector: {}}", "b"),
      finds: ["no network policy decides"],
    },
    {
      title: "a policy whose expression leaves the pod out",
      yaml: POD + policy("{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [x]}]}}"),
      finds: ["no network policy decides"],
    },
    {
      title: "a policy for other pods, and one for the way out only",
      yaml:
        POD +
        policy("{podSelector: {matchLabels: {app: y}}}") +
        policy("{podSelector: {}, policyTypes: [Egress]}").replace("name: n,", "name: m,"),
      finds: ["no network policy decides"],
    },
  ],
});

/** A namespace without any policy is reported once, at its first workload. */
function* isolated(view: ObjectView, inventory: Inventory, reported: Set<string>): Iterable<Finding> {
  if (view.patch || view.pod!.spec.at("hostNetwork").isTrue()) return;
  const policies = inventory.memo(byNamespace).get(view.namespace || "default") ?? [];
  if (policies.some((policy) => guards(policy, view)) || reported.has(view.namespace)) return;
  if (policies.length === 0) reported.add(view.namespace);
  yield finding(
    "spec",
    "no network policy decides who reaches its pods",
    "add a NetworkPolicy that denies by default to its namespace",
  );
}

function byNamespace(inventory: Inventory): Map<string, ObjectView[]> {
  const policies = new Map<string, ObjectView[]>();
  for (const policy of inventory.all("networking.k8s.io/NetworkPolicy")) {
    const key = policy.namespace || "default";
    policies.set(key, [...(policies.get(key) ?? []), policy]);
  }
  return policies;
}

function guards({ spec }: ObjectView, view: ObjectView): boolean {
  const types = spec.at("policyTypes").texts();
  if (types.length > 0 && !types.includes("Ingress")) return false;
  const selector = spec.at("podSelector");
  return !selector.exists || selects(selector, view.pod!.labels);
}
