/**
 * What cert-manager's programs may do, for every kind of issuer. Left out, because they are switched off: leader leases,
 * the Gateway API, Kubernetes' own certificate signing requests.
 */
import { readOnly, type Rule } from "./objects";

const api = ["cert-manager.io"];
const acme = ["acme.cert-manager.io"];
const change = ["update", "patch"];

export const controllerRules: Rule[] = [
  {
    apiGroups: api,
    resources: ["certificates", "certificaterequests"],
    verbs: [...readOnly, "create", "update", "patch", "delete"],
  },
  { apiGroups: api, resources: ["issuers", "clusterissuers"], verbs: [...readOnly, ...change] },
  {
    apiGroups: api,
    resources: ["certificates", "certificaterequests", "issuers", "clusterissuers"].map((kind) => `${kind}/status`),
    verbs: change,
  },
  { apiGroups: api, resources: ["certificates/finalizers", "certificaterequests/finalizers"], verbs: ["update"] },
  // The controller approves the requests for issuers of cert-manager's own kinds.
  {
    apiGroups: api,
    resources: ["signers"],
    resourceNames: ["issuers.cert-manager.io/*", "clusterissuers.cert-manager.io/*"],
    verbs: ["approve"],
  },
  { apiGroups: acme, resources: ["orders", "challenges"], verbs: [...readOnly, "create", "update", "patch", "delete"] },
  { apiGroups: acme, resources: ["orders/status", "challenges/status"], verbs: change },
  { apiGroups: acme, resources: ["orders/finalizers", "challenges/finalizers"], verbs: ["update"] },
  { apiGroups: [""], resources: ["secrets"], verbs: [...readOnly, "create", "update", "patch", "delete"] },
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  // ACME challenges over HTTP, and certificates asked for by an annotation of an Ingress.
  { apiGroups: [""], resources: ["pods", "services"], verbs: [...readOnly, "create", "delete"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: [...readOnly, "create", "update", "delete"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses/finalizers"], verbs: ["update"] },
];

export const cainjectorRules: Rule[] = [
  { apiGroups: api, resources: ["certificates"], verbs: readOnly },
  { apiGroups: [""], resources: ["secrets"], verbs: readOnly },
  { apiGroups: [""], resources: ["events"], verbs: ["get", "create", "update", "patch"] },
  ...[
    { group: "admissionregistration.k8s.io", resources: ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"] },
    { group: "apiregistration.k8s.io", resources: ["apiservices"] },
    { group: "apiextensions.k8s.io", resources: ["customresourcedefinitions"] },
  ].map(({ group, resources }) => ({ apiGroups: [group], resources, verbs: [...readOnly, ...change] })),
];

export const webhookRules: Rule[] = [
  { apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"] },
];

/** The right to create cannot be bound to one name. */
export function webhookLocalRules(caSecret: string): Rule[] {
  return [
    { apiGroups: [""], resources: ["secrets"], resourceNames: [caSecret], verbs: [...readOnly, "update"] },
    { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
  ];
}
