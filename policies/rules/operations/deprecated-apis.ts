import { finding } from "../../core/finding";
import { definePolicy } from "../../core/policy";
import { ObjectView } from "../../core/object";

/** Removed versions: apiVersion, kinds (all where none are named), release of Kubernetes without it, successor. */
const REMOVED: [apiVersion: string, kinds: string[], gone: string, instead: string][] = [
  ["extensions/v1beta1", ["Ingress"], "1.22", "networking.k8s.io/v1"],
  ["extensions/v1beta1", ["NetworkPolicy"], "1.16", "networking.k8s.io/v1"],
  ["extensions/v1beta1", ["PodSecurityPolicy"], "1.16", "the namespace label of Pod Security"],
  ["extensions/v1beta1", [], "1.16", "apps/v1"],
  ["apps/v1beta1", [], "1.16", "apps/v1"],
  ["apps/v1beta2", [], "1.16", "apps/v1"],
  ["networking.k8s.io/v1beta1", ["Ingress", "IngressClass"], "1.22", "networking.k8s.io/v1"],
  ["rbac.authorization.k8s.io/v1beta1", [], "1.22", "rbac.authorization.k8s.io/v1"],
  ["apiextensions.k8s.io/v1beta1", [], "1.22", "apiextensions.k8s.io/v1"],
  ["apiregistration.k8s.io/v1beta1", [], "1.22", "apiregistration.k8s.io/v1"],
  [
    "admissionregistration.k8s.io/v1beta1",
    ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"],
    "1.22",
    "admissionregistration.k8s.io/v1",
  ],
  ["certificates.k8s.io/v1beta1", ["CertificateSigningRequest"], "1.22", "certificates.k8s.io/v1"],
  ["coordination.k8s.io/v1beta1", ["Lease"], "1.22", "coordination.k8s.io/v1"],
  ["scheduling.k8s.io/v1beta1", [], "1.22", "scheduling.k8s.io/v1"],
  ["storage.k8s.io/v1beta1", ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], "1.22", "storage.k8s.io/v1"],
  ["storage.k8s.io/v1beta1", ["CSIStorageCapacity"], "1.27", "storage.k8s.io/v1"],
  ["batch/v1beta1", ["CronJob"], "1.25", "batch/v1"],
  ["batch/v2alpha1", ["CronJob"], "1.21", "batch/v1"],
  ["discovery.k8s.io/v1beta1", [], "1.25", "discovery.k8s.io/v1"],
  ["events.k8s.io/v1beta1", [], "1.25", "events.k8s.io/v1"],
  ["node.k8s.io/v1beta1", [], "1.25", "node.k8s.io/v1"],
  ["policy/v1beta1", ["PodSecurityPolicy"], "1.25", "the namespace label of Pod Security"],
  ["policy/v1beta1", [], "1.25", "policy/v1"],
  ["autoscaling/v2beta1", [], "1.25", "autoscaling/v2"],
  ["autoscaling/v2beta2", [], "1.26", "autoscaling/v2"],
  ["flowcontrol.apiserver.k8s.io/v1beta1", [], "1.26", "flowcontrol.apiserver.k8s.io/v1"],
  ["flowcontrol.apiserver.k8s.io/v1beta2", [], "1.29", "flowcontrol.apiserver.k8s.io/v1"],
  ["flowcontrol.apiserver.k8s.io/v1beta3", [], "1.32", "flowcontrol.apiserver.k8s.io/v1"],
  ["traefik.containo.us/v1alpha1", [], "Traefik 3", "traefik.io/v1alpha1"],
];

export const deprecatedApis = definePolicy<object>({
  id: "deprecated-apis",
  title: "No object is written in a version that is gone",
  rationale: "The API server refuses what it no longer knows: the deployment fails, or an update of the cluster does.",
  severity: "medium",
  level: "mandatory",
  remediation: "Rewrite the object in the current version; some fields have moved.",
  tags: ["operations"],
  anchors: { controls: ["KSV-0107", "gatekeeper/verifydeprecatedapi", "kyverno/check-deprecated-apis"] },
  match: [{ group: "*", versions: ["*"], kinds: ["*"] }],
  params: {},
  *check(view) {
    const removed = removedVersion(view);
    if (!removed) return;
    const [apiVersion, , gone, instead] = removed;
    const release = /^\d/.test(gone) ? `Kubernetes ${gone}` : gone;
    yield finding("apiVersion", `is written in ${apiVersion}, which ${release} no longer has`, `use ${instead}`);
  },
  admission: { notExpressible: "the API server refuses it by itself" },
  good: [
    {
      title: "today's versions",
      yaml: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}\n---\n{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}}",
    },
    {
      title: "a kind that is still beta",
      yaml: "{apiVersion: storage.k8s.io/v1beta1, kind: VolumeAttributesClass, metadata: {name: v}}",
    },
  ],
  bad: [
    {
      title: "an old Ingress and an old Deployment",
      yaml: "{apiVersion: extensions/v1beta1, kind: Ingress, metadata: {name: i}}\n---\n{apiVersion: extensions/v1beta1, kind: Deployment, metadata: {name: d}}",
      finds: ["which Kubernetes 1.22 no longer has", "which Kubernetes 1.16 no longer has"],
    },
    {
      title: "an old CronJob, and an object of an old Traefik",
      yaml: "{apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: c}}\n---\n{apiVersion: traefik.containo.us/v1alpha1, kind: TLSOption, metadata: {name: t}}",
      finds: ["1.25", "which Traefik 3 no longer has"],
    },
  ],
});

function removedVersion({ identity: { apiVersion, kind } }: ObjectView): (typeof REMOVED)[number] | undefined {
  return REMOVED.find(([version, kinds]) => version === apiVersion && (kinds.length === 0 || kinds.includes(kind)));
}
