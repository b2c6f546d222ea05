/*
 * Which kinds belong to the whole cluster and which to a namespace. The kinds of Kubernetes itself are those of 1.34 (compared with
 * `kubectl api-resources` on the lab); those of other groups are from their definitions.
 */

export type Scope = "Cluster" | "Namespaced";

/** Cluster-wide kinds of each group; every other kind of a group that stands here is namespaced. `*`: all of them. */
const CLUSTER_KINDS: Record<string, string> = {
  "": "ComponentStatus Namespace Node PersistentVolume",
  "admissionregistration.k8s.io": "*",
  "apiextensions.k8s.io": "*",
  "apiregistration.k8s.io": "*",
  apps: "",
  "authentication.k8s.io": "*",
  "authorization.k8s.io": "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
  autoscaling: "",
  batch: "",
  "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
  "coordination.k8s.io": "",
  "discovery.k8s.io": "",
  "events.k8s.io": "",
  extensions: "",
  "flowcontrol.apiserver.k8s.io": "*",
  "internal.apiserver.k8s.io": "*",
  "networking.k8s.io": "IngressClass IPAddress ServiceCIDR",
  "node.k8s.io": "*",
  policy: "PodSecurityPolicy",
  "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
  "resource.k8s.io": "DeviceClass DeviceTaintRule ResourceSlice",
  "scheduling.k8s.io": "PriorityClass",
  "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
  "storagemigration.k8s.io": "*",

  "acme.cert-manager.io": "",
  "actions.github.com": "",
  "argoproj.io": "ClusterAnalysisTemplate ClusterWorkflowTemplate",
  "autoscaling.k8s.io": "",
  "bitnami.com": "",
  "ceph.rook.io": "",
  "cert-manager.io": "ClusterIssuer",
  "cilium.io":
    "CiliumBGPAdvertisement CiliumBGPClusterConfig CiliumBGPNodeConfig CiliumBGPNodeConfigOverride CiliumBGPPeerConfig " +
    "CiliumBGPPeeringPolicy CiliumCIDRGroup CiliumClusterwideEnvoyConfig CiliumClusterwideNetworkPolicy CiliumEgressGatewayPolicy " +
    "CiliumExternalWorkload CiliumIdentity CiliumL2AnnouncementPolicy CiliumLoadBalancerIPPool CiliumNode CiliumPodIPPool",
  "configuration.konghq.com": "KongClusterPlugin KongLicense KongVault",
  "constraints.gatekeeper.sh": "*",
  "eventing.keda.sh": "ClusterCloudEventSource",
  "external-secrets.io": "ClusterExternalSecret ClusterPushSecret ClusterSecretStore",
  "externaldns.k8s.io": "",
  "gateway.networking.k8s.io": "GatewayClass",
  "generators.external-secrets.io": "ClusterGenerator",
  "grafana.integreatly.org": "",
  "helm.cattle.io": "",
  "helm.toolkit.fluxcd.io": "",
  "image.toolkit.fluxcd.io": "",
  "k3s.cattle.io": "ETCDSnapshotFile",
  "k8s.cni.cncf.io": "",
  "k8s.mariadb.com": "",
  "kafka.strimzi.io": "",
  "keda.sh": "ClusterTriggerAuthentication",
  "kustomize.toolkit.fluxcd.io": "",
  "kyverno.io": "ClusterCleanupPolicy ClusterPolicy GlobalContextEntry",
  "longhorn.io": "",
  "metallb.io": "",
  "monitoring.coreos.com": "",
  "notification.toolkit.fluxcd.io": "",
  "operator.victoriametrics.com": "",
  "policies.kyverno.io": "DeletingPolicy GeneratingPolicy ImageValidatingPolicy MutatingPolicy ValidatingPolicy",
  "policy.networking.k8s.io": "*",
  "postgresql.cnpg.io": "ClusterImageCatalog",
  "projectcontour.io": "",
  "rabbitmq.com": "",
  "secrets-store.csi.x-k8s.io": "",
  "snapshot.storage.k8s.io": "VolumeSnapshotClass VolumeSnapshotContent",
  "source.toolkit.fluxcd.io": "",
  "tailscale.com": "Connector DNSConfig ProxyClass ProxyGroup Recorder",
  "templates.gatekeeper.sh": "*",
  "traefik.containo.us": "",
  "traefik.io": "",
  "trust.cert-manager.io": "*",
  "upgrade.cattle.io": "",
  "velero.io": "",
  "volsync.backube": "",
  "wgpolicyk8s.io": "ClusterPolicyReport",
};

/** `apps/v1` is of the group `apps`, `v1` of the group without a name. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.split("/")[0]! : "";
}

/** The scope of a kind, or undefined where its group is not known here. */
export function scopeOf(apiVersion: string, kind: string): Scope | undefined {
  const group = groupOf(apiVersion);
  if (!Object.hasOwn(CLUSTER_KINDS, group)) return undefined;
  const wide = CLUSTER_KINDS[group]!;
  return wide === "*" || wide.split(" ").includes(kind) ? "Cluster" : "Namespaced";
}
