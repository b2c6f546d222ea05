import { Field } from "../../../kubernetes/objects/field";
import { Finding, each, finding } from "../../../kubernetes/objects/finding";
import { literal } from "../../core/cel";
import { definePolicy } from "../../core/policy";
import { show } from "../../../kubernetes/objects/text";

const GROUP = "rbac.authorization.k8s.io";

function role(rule: string, kind = "Role"): string {
  return `{apiVersion: ${GROUP}/v1, kind: ${kind}, metadata: {name: r}, rules: [${rule}]}`;
}

const WILDCARDS: [key: string, what: string][] = [
  ["verbs", "every verb"],
  ["resources", "every resource"],
  ["apiGroups", "resources of every group"],
  ["nonResourceURLs", "every address"],
];

const EVERYBODY = ["system:unauthenticated", "system:anonymous"];

function binding(roleRef: string, kind = "ClusterRoleBinding"): string {
  return `{apiVersion: ${GROUP}/v1, kind: ${kind}, metadata: {name: b}, roleRef: ${roleRef}, subjects: [{kind: ServiceAccount, name: s, namespace: a}]}`;
}

export const rbac = definePolicy<object>({
  id: "rbac-wildcards",
  title: "Rights are spelt out",
  rationale:
    "A wildcard grants what nobody has thought of yet, and cluster-admin grants everything to whoever breaks into one pod.",
  severity: "high",
  level: "mandatory",
  remediation: "Name the verbs, resources and groups; bind a role made for the purpose.",
  tags: ["security", "rbac"],
  anchors: { controls: ["KSV-0044", "KSV-0045", "KSV-0111", "C-0187", "C-0185", "CIS 5.1.1", "CIS 5.1.3"] },
  match: [{ group: GROUP, versions: ["v1"], kinds: ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"] }],
  params: {},
  *check(view) {
    if (view.kind.endsWith("Binding")) yield* checkBinding(view.root);
    else yield* each(view.root.at("rules").items(), checkRule);
  },
  admission: {
    validations: () => [
      ...WILDCARDS.map(([key, what]) => ({
        expression: `object.?rules.orValue([]).all(r, !('*' in r.?${key}.orValue([])))`,
        message: `grants ${what}. Fix: name the ${key} that are needed`,
      })),
      {
        expression: "object.?roleRef.?name.orValue('') != 'cluster-admin'",
        message: 'binds the role "cluster-admin". Fix: bind a role with the rights that are needed',
      },
      {
        expression: `object.?subjects.orValue([]).all(s, !(s.?name.orValue('') in ${literal(EVERYBODY)}))`,
        message: "gives rights to everybody. Fix: name the accounts that need them",
      },
    ],
  },
  good: [
    { title: "a role that is spelt out", yaml: role("{apiGroups: [''], resources: [pods], verbs: [get, list]}") },
    {
      title: "a role that is put together from others",
      yaml: `{apiVersion: ${GROUP}/v1, kind: ClusterRole, metadata: {name: r}, aggregationRule: {clusterRoleSelectors: []}, rules: []}`,
    },
    { title: "some addresses", yaml: role("{nonResourceURLs: ['/metrics', '/healthz/*'], verbs: [get]}", "ClusterRole") },
    { title: "a binding to a role of its own", yaml: binding("{kind: ClusterRole, name: app-reader}") },
  ],
  bad: [
    {
      title: "every verb, every resource",
      yaml: role("{apiGroups: [apps], resources: ['*'], verbs: ['*']}"),
      finds: ["grants every verb", "grants every resource"],
    },
    {
      title: "every group, in a ClusterRole",
      yaml: role("{apiGroups: ['*'], resources: [pods], verbs: [get]}", "ClusterRole"),
      finds: ["grants resources of every group"],
    },
    {
      title: "every address of the API server",
      yaml: role("{nonResourceURLs: ['*'], verbs: [get]}", "ClusterRole"),
      finds: ["grants every address"],
    },
    {
      title: "every address, by its first slash",
      yaml: role("{nonResourceURLs: ['/*'], verbs: [get]}", "ClusterRole"),
      finds: ["grants every address"],
    },
    {
      title: "cluster-admin, in the cluster or in a namespace",
      yaml: `${binding("{kind: ClusterRole, name: cluster-admin}")}\n---\n${binding("{kind: ClusterRole, name: cluster-admin}", "RoleBinding")}`,
      finds: ['the role "cluster-admin"', 'the role "cluster-admin"'],
    },
    {
      title: "rights for everybody",
      yaml: `{apiVersion: ${GROUP}/v1, kind: ClusterRoleBinding, metadata: {name: b}, roleRef: {name: view}, subjects: [{kind: Group, name: system:unauthenticated}]}`,
      finds: ['gives rights to "system:unauthenticated"'],
    },
  ],
});

function* checkRule(rule: Field): Iterable<Finding> {
  yield* each(WILDCARDS, function* ([key, what]) {
    const field = rule.at(key);
    if (field.texts().some((text) => text === "*" || (key === "nonResourceURLs" && text === "/*"))) {
      yield finding(field, `grants ${what}`, `name the ${key} that are needed`);
    }
  });
}

function* checkBinding(root: Field): Iterable<Finding> {
  const name = root.at("roleRef", "name");
  if (name.text() === "cluster-admin") {
    yield finding(name, 'binds the role "cluster-admin"', "bind a role with the rights that are needed");
  }
  yield* each(root.at("subjects").items(), function* (subject) {
    const group = subject.at("name").text() ?? "";
    if (EVERYBODY.includes(group)) {
      yield finding(subject, `gives rights to ${show(group)}, who is everybody`, "name the accounts that need them");
    }
  });
}
