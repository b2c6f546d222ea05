import { literal } from "../../core/cel";
import { finding } from "../../../kubernetes/objects/finding";
import { definePolicy } from "../../core/policy";

/** What Kubernetes itself puts there. */
const MADE = ["Service kubernetes", "ServiceAccount default", "ConfigMap kube-root-ca.crt"];

export const defaultNamespace = definePolicy<object>({
  id: "default-namespace",
  title: "Nothing is deployed into the namespace default",
  rationale: "The namespace default has no quota, no network policy and no profile, and everybody's leftovers.",
  severity: "low",
  level: "advisory",
  remediation: "Give the application a namespace of its own.",
  tags: ["operations"],
  anchors: { controls: ["KSV-0110", "C-0061", "C-0212", "CIS 5.7.4"] },
  match: [
    { group: "", versions: ["v1"], kinds: ["Pod", "ReplicationController", "Service", "ConfigMap", "Secret"] },
    { group: "", versions: ["v1"], kinds: ["PersistentVolumeClaim", "ServiceAccount"] },
    { group: "apps", versions: ["v1"], kinds: ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] },
    { group: "batch", versions: ["v1"], kinds: ["Job", "CronJob"] },
    { group: "autoscaling", versions: ["v1", "v2"], kinds: ["HorizontalPodAutoscaler"] },
    { group: "policy", versions: ["v1"], kinds: ["PodDisruptionBudget"] },
    { group: "rbac.authorization.k8s.io", versions: ["v1"], kinds: ["Role", "RoleBinding"] },
    { group: "networking.k8s.io", versions: ["v1"], kinds: ["Ingress", "NetworkPolicy"] },
    { group: "gateway.networking.k8s.io", versions: ["v1"], kinds: ["Gateway", "HTTPRoute", "GRPCRoute"] },
    { group: "cert-manager.io", versions: ["v1"], kinds: ["Certificate", "Issuer"] },
    { group: "traefik.io", versions: ["v1alpha1"], kinds: ["IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "Middleware"] },
  ],
  params: {},
  *check(view) {
    const namespace = view.root.at("metadata", "namespace");
    // Manifests often leave the namespace to whoever applies them; only the name itself is a decision.
    if (namespace.text() === "default" && !MADE.includes(`${view.kind} ${view.name}`)) {
      yield finding(namespace, "lies in the namespace default", "name a namespace of its own");
    }
  },
  admission: {
    validations: () => [
      {
        expression: `object.metadata.?namespace.orValue('') != 'default' || object.kind + ' ' + object.metadata.?name.orValue('') in ${literal(MADE)}`,
        message: "lies in the namespace default. Fix: name a namespace of its own",
      },
    ],
  },
  good: [
    { title: "a namespace of its own", yaml: "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: apps}}" },
    {
      title: "no namespace, which is left to the one who applies it",
      yaml: "{apiVersion: v1, kind: Service, metadata: {name: s}}",
    },
    {
      title: "the service account that every namespace has",
      yaml: "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: apps}}",
    },
    {
      title: "what Kubernetes itself keeps there",
      yaml: "{apiVersion: v1, kind: Service, metadata: {name: kubernetes, namespace: default}}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt, namespace: default}}",
    },
  ],
  bad: [
    {
      title: "default, by name",
      yaml: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: default}}",
      finds: ["lies in the namespace default"],
    },
    {
      title: "what belongs to an application there",
      yaml: "{apiVersion: cert-manager.io/v1, kind: Certificate, metadata: {name: c, namespace: default}}\n---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: r, namespace: default}}",
      finds: ["lies in the namespace default", "lies in the namespace default"],
    },
  ],
});
