import { clean } from "../../../kubernetes/objects/text";
import { advice, finding } from "../../../kubernetes/objects/finding";
import { definePolicy } from "../../core/policy";
import { OldVersion, oldVersion } from "./deprecated-apis.table";

/** The newest release of Kubernetes that the table knows. */
const NEWEST = 37;

interface VersionParams {
  version: string;
}

export const deprecatedApis = definePolicy<VersionParams>({
  id: "deprecated-apis",
  title: "No object is written in a version that is gone or going",
  rationale: "The API server refuses what it no longer knows: the deployment fails, or an update of the cluster does.",
  severity: "medium",
  level: "mandatory",
  remediation: "Rewrite the object in the current version; some fields have moved.",
  tags: ["operations"],
  anchors: { controls: ["KSV-0107", "gatekeeper/verifydeprecatedapi", "kyverno/check-deprecated-apis"] },
  match: [{ group: "*", versions: ["*"], kinds: ["*"] }],
  params: {
    version: {
      type: "string",
      pattern: "^(latest|v?1\\.(1[6-9]|2[0-9]|3[0-9]))$",
      default: "latest",
      description: "Release of Kubernetes that the objects are for, as 1.34",
    },
  },
  *check({ identity: { apiVersion, kind } }, params) {
    const old = oldVersion(apiVersion, kind);
    if (!old) return;
    const { product = "Kubernetes", gone, deprecated, instead } = old;
    const version = minor(params.version);
    if (!has(old, version)) {
      yield finding("apiVersion", `is written in ${apiVersion}, which ${product} ${gone} no longer has`, `use ${instead}`);
    } else if (minor(deprecated) <= Math.min(version, NEWEST)) {
      const end = gone === undefined ? "" : ` and ends with ${gone}`;
      yield advice(
        "apiVersion",
        `is written in ${clean(apiVersion)}, whose ${clean(kind)} is deprecated since ${product} ${deprecated}${end}`,
        `use ${instead}`,
      );
    }
  },
  admission: { notExpressible: "the API server refuses what is gone by itself, and warns of what is going" },
  good: [
    {
      title: "today's versions",
      yaml: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}\n---\n{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}}",
    },
    {
      title: "a kind that is still alpha or beta",
      yaml: "{apiVersion: scheduling.k8s.io/v1beta1, kind: Workload, metadata: {name: w}}\n---\n{apiVersion: gateway.networking.k8s.io/v1alpha2, kind: TCPRoute, metadata: {name: r}}",
    },
    {
      title: "a version that the cluster's release has",
      yaml: "{apiVersion: autoscaling/v2beta2, kind: HorizontalPodAutoscaler, metadata: {name: h}}",
      params: { version: "1.22" },
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
    {
      title: "objects of an old cert-manager",
      yaml: "{apiVersion: cert-manager.io/v1alpha2, kind: Certificate, metadata: {name: c}}\n---\n{apiVersion: acme.cert-manager.io/v1beta1, kind: Order, metadata: {name: o}}",
      finds: ["which cert-manager 1.6 no longer has", "which cert-manager 1.6 no longer has"],
    },
    {
      title: "what the newest release no longer has",
      yaml: "{apiVersion: networking.k8s.io/v1beta1, kind: ServiceCIDR, metadata: {name: s}}\n---\n{apiVersion: admissionregistration.k8s.io/v1beta1, kind: ValidatingAdmissionPolicy, metadata: {name: p}}\n---\n{apiVersion: resource.k8s.io/v1alpha3, kind: ResourceClaim, metadata: {name: r}}",
      finds: ["Kubernetes 1.37", "Kubernetes 1.34", "Kubernetes 1.34"],
    },
    {
      title: "what is going, as advice",
      yaml: "{apiVersion: v1, kind: Endpoints, metadata: {name: e}}\n---\n{apiVersion: resource.k8s.io/v1beta1, kind: DeviceClass, metadata: {name: d}}",
      finds: ["deprecated since Kubernetes 1.33", "deprecated since Kubernetes 1.35 and ends with 1.38"],
    },
    {
      title: "what an older release still has, as advice",
      yaml: "{apiVersion: storage.k8s.io/v1beta1, kind: VolumeAttributesClass, metadata: {name: v}}",
      params: { version: "1.35" },
      finds: ["deprecated since Kubernetes 1.34 and ends with 1.37"],
    },
  ],
});

/** The minor number of a release 1.x. */
function minor(release: string): number {
  return release === "latest" ? Infinity : Number(/^v?1\.(\d+)$/.exec(release)?.[1] ?? Infinity);
}

function has({ product, gone }: OldVersion, version: number): boolean {
  return product === undefined && (gone === undefined || minor(gone) > Math.min(version, NEWEST));
}
