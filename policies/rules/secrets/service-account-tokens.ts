import { accountOfSubject, includesAccount } from "../../../kubernetes/accounts";
import { Field } from "../../../kubernetes/objects/field";
import { finding } from "../../../kubernetes/objects/finding";
import { atEach, definePolicy } from "../../core/policy";
import { Inventory } from "../../core/inventory";
import { ObjectView } from "../../core/object";
import { POD_CARRIERS } from "../../../kubernetes/objects/workload";

function pod(spec: string): string {
  return `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: apps}, spec: {${spec}containers: [{name: c, image: "i:1"}]}}`;
}

function account(more: string): string {
  return `\n---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: api, namespace: apps}${more}}`;
}

function binding(subject: string): string {
  return `\n---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: b, namespace: apps}, subjects: [${subject}], roleRef: {kind: Role, name: r}}`;
}

export const serviceAccountTokens = definePolicy<object>({
  id: "service-account-tokens",
  title: "Pods that do not speak to the API server carry no token for it",
  rationale: "A token in every pod makes each bug in a web application a way into the API server.",
  severity: "medium",
  level: "advisory",
  remediation: "Set automountServiceAccountToken: false, or give the pod a service account of its own with the rights it needs.",
  tags: ["security", "secrets"],
  anchors: { controls: ["KSV-0036", "C-0034", "CIS 5.1.6"] },
  match: POD_CARRIERS,
  params: {},
  *crossCheck(inventory) {
    yield* atEach(inventory.workloads, function* (view) {
      if (view.patch || !mountsForNothing(view, inventory)) return;
      yield finding(
        "spec",
        "mounts the token of the default service account, or of one without any rights",
        "set automountServiceAccountToken: false",
      );
    });
  },
  admission: { notExpressible: "the bindings of a service account are other objects" },
  good: [
    { title: "a pod that declines the token", yaml: pod("automountServiceAccountToken: false, ") },
    {
      title: "a service account that declines it",
      yaml: pod("serviceAccountName: api, ") + account(", automountServiceAccountToken: false"),
    },
    {
      title: "a service account with rights",
      yaml: pod("serviceAccountName: api, ") + account("") + binding("{kind: ServiceAccount, name: api}"),
    },
    {
      title: "a namespace whose service accounts all have rights",
      yaml: pod("") + binding("{kind: Group, name: 'system:serviceaccounts:apps'}"),
    },
    {
      title: "a service account with rights by its name as a user",
      yaml: pod("serviceAccountName: api, ") + account("") + binding("{kind: User, name: 'system:serviceaccount:apps:api'}"),
    },
    { title: "a service account that somebody else made", yaml: pod("serviceAccountName: elsewhere, ") },
  ],
  bad: [
    { title: "the default service account", yaml: pod(""), finds: ["mounts the token"] },
    { title: "the default service account, by name", yaml: pod("serviceAccountName: default, "), finds: ["mounts the token"] },
    {
      title: "a service account beside a person of its name who has rights",
      yaml: pod("serviceAccountName: api, ") + account("") + binding("{kind: User, name: api}"),
      finds: ["mounts the token"],
    },
    {
      title: "a service account without rights",
      yaml: pod("serviceAccountName: api, ") + account(""),
      finds: ["mounts the token"],
    },
  ],
});

function mountsForNothing(view: ObjectView, inventory: Inventory): boolean {
  const { spec } = view.pod!;
  const automount = spec.at("automountServiceAccountToken");
  if (automount.scalar() === "false") return false;
  const account = spec.at("serviceAccountName").text() ?? spec.at("serviceAccount").text() ?? "default";
  const object = inventory.find("/ServiceAccount", view.namespace, account);
  if (object?.root.at("automountServiceAccountToken").scalar() === "false") return false;
  if (account !== "default" && (!object || automount.isTrue())) return false;
  const namespace = view.namespace || "default";
  const rights = inventory.memo(accountsWithRights);
  return !includesAccount(rights, namespace, account);
}

/** `namespace/name` of every service account that some binding names, `*` for all. */
function accountsWithRights(inventory: Inventory): Set<string> {
  const bindings = ["RoleBinding", "ClusterRoleBinding"].flatMap((kind) => inventory.all(`rbac.authorization.k8s.io/${kind}`));
  const names = bindings.flatMap((binding) => {
    const subjects = binding.root.at("subjects");
    return subjects.unknown
      ? []
      : subjects.items().flatMap((subject) => accountOf(subject, binding.namespace || "default") ?? []);
  });
  return new Set(names);
}

function accountOf(subject: Field, bindingNamespace: string): string | undefined {
  if (subject.unknown || ["kind", "name", "namespace"].some((key) => subject.at(key).unknown)) return undefined;
  const [kind, name, namespace] = ["kind", "name", "namespace"].map((key) => subject.at(key).text());
  return accountOfSubject({ kind, name, namespace }, bindingNamespace);
}
