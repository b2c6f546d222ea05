/**
 * API versions that are deprecated or gone. Kubernetes: the lifecycle that k8s.io/api 0.26 to 0.37 generates for every kind, and for
 * alpha versions without one the release whose library no longer has them. cert-manager and Traefik: their pages on migration; Gateway
 * API: what the definitions of release 1.4 serve.
 */
export interface OldVersion {
  apiVersion: string;
  /** All kinds of the version where none are named. */
  kinds: readonly string[];
  /** First release that has it deprecated, as 1.34; of Kubernetes unless `product` is another. */
  deprecated: string;
  /** First release without it; undefined while no release is named. */
  gone?: string;
  product?: string;
  instead: string;
}

const POD_SECURITY = "the namespace label of Pod Security";

function row(apiVersion: string, kinds: string, deprecated: string, gone: string | undefined, instead: string): OldVersion {
  return { apiVersion, kinds: kinds === "" ? [] : kinds.split(" "), deprecated, gone, instead };
}

const KUBERNETES: OldVersion[] = [
  row("extensions/v1beta1", "Ingress", "1.14", "1.22", "networking.k8s.io/v1"),
  row("extensions/v1beta1", "NetworkPolicy", "1.9", "1.16", "networking.k8s.io/v1"),
  row("extensions/v1beta1", "PodSecurityPolicy", "1.11", "1.16", POD_SECURITY),
  row("extensions/v1beta1", "", "1.8", "1.16", "apps/v1"),
  row("apps/v1beta1", "", "1.8", "1.16", "apps/v1"),
  row("apps/v1beta2", "", "1.9", "1.16", "apps/v1"),
  row("networking.k8s.io/v1beta1", "Ingress IngressClass", "1.19", "1.22", "networking.k8s.io/v1"),
  row("networking.k8s.io/v1beta1", "IPAddress ServiceCIDR", "1.34", "1.37", "networking.k8s.io/v1"),
  row("networking.k8s.io/v1alpha1", "IPAddress ServiceCIDR", "1.30", "1.33", "networking.k8s.io/v1"),
  row("networking.k8s.io/v1alpha1", "ClusterCIDR", "1.28", "1.31", "the settings of your network plugin"),
  row("rbac.authorization.k8s.io/v1beta1", "", "1.17", "1.22", "rbac.authorization.k8s.io/v1"),
  row("rbac.authorization.k8s.io/v1alpha1", "", "1.17", "1.23", "rbac.authorization.k8s.io/v1"),
  row("apiextensions.k8s.io/v1beta1", "", "1.16", "1.22", "apiextensions.k8s.io/v1"),
  row("apiregistration.k8s.io/v1beta1", "", "1.19", "1.22", "apiregistration.k8s.io/v1"),
  row(
    "admissionregistration.k8s.io/v1beta1",
    "ValidatingWebhookConfiguration MutatingWebhookConfiguration",
    "1.16",
    "1.22",
    "admissionregistration.k8s.io/v1",
  ),
  row(
    "admissionregistration.k8s.io/v1beta1",
    "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
    "1.31",
    "1.34",
    "admissionregistration.k8s.io/v1",
  ),
  row(
    "admissionregistration.k8s.io/v1beta1",
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding",
    "1.37",
    "1.40",
    "admissionregistration.k8s.io/v1",
  ),
  row(
    "admissionregistration.k8s.io/v1alpha1",
    "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
    "1.29",
    "1.32",
    "admissionregistration.k8s.io/v1",
  ),
  row(
    "admissionregistration.k8s.io/v1alpha1",
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding",
    "1.35",
    "1.38",
    "admissionregistration.k8s.io/v1",
  ),
  row("authentication.k8s.io/v1beta1", "TokenReview", "1.19", "1.22", "authentication.k8s.io/v1"),
  row("authentication.k8s.io/v1beta1", "SelfSubjectReview", "1.30", "1.33", "authentication.k8s.io/v1"),
  row("authentication.k8s.io/v1alpha1", "SelfSubjectReview", "1.29", "1.32", "authentication.k8s.io/v1"),
  row("authorization.k8s.io/v1beta1", "", "1.19", "1.22", "authorization.k8s.io/v1"),
  row("certificates.k8s.io/v1beta1", "CertificateSigningRequest", "1.19", "1.22", "certificates.k8s.io/v1"),
  row("certificates.k8s.io/v1beta1", "ClusterTrustBundle PodCertificateRequest", "1.37", "1.40", "certificates.k8s.io/v1"),
  row("certificates.k8s.io/v1alpha1", "ClusterTrustBundle", "1.34", "1.37", "certificates.k8s.io/v1beta1"),
  row("coordination.k8s.io/v1beta1", "Lease", "1.19", "1.22", "coordination.k8s.io/v1"),
  row("coordination.k8s.io/v1beta1", "LeaseCandidate", "1.36", "1.39", "coordination.k8s.io/v1"),
  row("coordination.k8s.io/v1alpha2", "LeaseCandidate", "1.35", "1.38", "coordination.k8s.io/v1beta1"),
  row("scheduling.k8s.io/v1beta1", "PriorityClass", "1.14", "1.22", "scheduling.k8s.io/v1"),
  row("scheduling.k8s.io/v1alpha1", "PriorityClass", "1.14", "1.23", "scheduling.k8s.io/v1"),
  row("storage.k8s.io/v1beta1", "CSIDriver CSINode StorageClass VolumeAttachment", "1.19", "1.22", "storage.k8s.io/v1"),
  row("storage.k8s.io/v1beta1", "CSIStorageCapacity", "1.24", "1.27", "storage.k8s.io/v1"),
  row("storage.k8s.io/v1beta1", "VolumeAttributesClass", "1.34", "1.37", "storage.k8s.io/v1"),
  row("storage.k8s.io/v1alpha1", "VolumeAttachment CSIStorageCapacity", "1.21", "1.24", "storage.k8s.io/v1"),
  row("storage.k8s.io/v1alpha1", "VolumeAttributesClass", "1.32", "1.35", "storage.k8s.io/v1"),
  row("storagemigration.k8s.io/v1alpha1", "", "1.33", "1.36", "storagemigration.k8s.io/v1"),
  row("storagemigration.k8s.io/v1beta1", "", "1.37", "1.40", "storagemigration.k8s.io/v1"),
  row("batch/v1beta1", "", "1.21", "1.25", "batch/v1"),
  row("batch/v2alpha1", "CronJob", "1.8", "1.21", "batch/v1"),
  row("discovery.k8s.io/v1beta1", "", "1.21", "1.25", "discovery.k8s.io/v1"),
  row("events.k8s.io/v1beta1", "", "1.22", "1.25", "events.k8s.io/v1"),
  row("node.k8s.io/v1beta1", "", "1.22", "1.25", "node.k8s.io/v1"),
  row("policy/v1beta1", "PodSecurityPolicy", "1.21", "1.25", POD_SECURITY),
  row("policy/v1beta1", "", "1.21", "1.25", "policy/v1"),
  row("autoscaling/v2beta1", "", "1.22", "1.25", "autoscaling/v2"),
  row("autoscaling/v2beta2", "", "1.23", "1.26", "autoscaling/v2"),
  row("flowcontrol.apiserver.k8s.io/v1alpha1", "", "1.20", "1.21", "flowcontrol.apiserver.k8s.io/v1"),
  row("flowcontrol.apiserver.k8s.io/v1beta1", "", "1.23", "1.26", "flowcontrol.apiserver.k8s.io/v1"),
  row("flowcontrol.apiserver.k8s.io/v1beta2", "", "1.26", "1.29", "flowcontrol.apiserver.k8s.io/v1"),
  row("flowcontrol.apiserver.k8s.io/v1beta3", "", "1.29", "1.32", "flowcontrol.apiserver.k8s.io/v1"),
  row("resource.k8s.io/v1alpha1", "", "1.27", "1.27", "resource.k8s.io/v1"),
  row("resource.k8s.io/v1alpha2", "", "1.31", "1.31", "resource.k8s.io/v1"),
  row(
    "resource.k8s.io/v1alpha3",
    "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
    "1.34",
    "1.34",
    "resource.k8s.io/v1",
  ),
  row("resource.k8s.io/v1alpha3", "DeviceTaintRule", "1.36", "1.39", "resource.k8s.io/v1beta2"),
  row("resource.k8s.io/v1beta1", "", "1.35", "1.38", "resource.k8s.io/v1"),
  row(
    "resource.k8s.io/v1beta2",
    "DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice",
    "1.36",
    "1.39",
    "resource.k8s.io/v1",
  ),
  row("v1", "Endpoints", "1.33", undefined, "EndpointSlice of discovery.k8s.io/v1"),
  row("v1", "ComponentStatus", "1.19", undefined, "the health checks of each component"),
];

/** Products that the platform's own objects are written for; their newest release counts. */
function other(product: string, rows: [apiVersion: string, kinds: string, gone: string, instead: string][]): OldVersion[] {
  return rows.map(([apiVersion, kinds, gone, instead]) => ({ ...row(apiVersion, kinds, gone, gone, instead), product }));
}

const OTHERS: OldVersion[] = [
  ...other("cert-manager", [
    ["certmanager.k8s.io/v1alpha1", "", "0.11", "cert-manager.io/v1"],
    ...["v1alpha2", "v1alpha3", "v1beta1"].flatMap((version): [string, string, string, string][] =>
      ["cert-manager.io", "acme.cert-manager.io"].map((group) => [`${group}/${version}`, "", "1.6", `${group}/v1`]),
    ),
  ]),
  ...other("Traefik", [["traefik.containo.us/v1alpha1", "", "3", "traefik.io/v1alpha1"]]),
  ...other("the Gateway API", [
    ["networking.x-k8s.io/v1alpha1", "", "1.4", "gateway.networking.k8s.io/v1"],
    ["gateway.networking.k8s.io/v1alpha2", "Gateway GatewayClass GRPCRoute HTTPRoute", "1.4", "gateway.networking.k8s.io/v1"],
    [
      "gateway.networking.k8s.io/v1alpha2",
      "ReferenceGrant ReferencePolicy",
      "1.4",
      "ReferenceGrant of gateway.networking.k8s.io/v1beta1",
    ],
  ]),
  ...other("KEDA", [["keda.k8s.io/v1alpha1", "", "2", "keda.sh/v1alpha1"]]),
];

const BY_VERSION = new Map<string, OldVersion[]>();
for (const old of [...KUBERNETES, ...OTHERS]) BY_VERSION.set(old.apiVersion, [...(BY_VERSION.get(old.apiVersion) ?? []), old]);

export function oldVersion(apiVersion: string, kind: string): OldVersion | undefined {
  return BY_VERSION.get(apiVersion)?.find(({ kinds }) => kinds.length === 0 || kinds.includes(kind));
}
