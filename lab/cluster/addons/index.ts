/** What a home cluster with K3s already has, and cert-manager: names, volumes, the way in, certificates. */
import { certManager } from "./certManager";
import { coredns } from "./coredns";
import { customResourceDefinitions, type DefinitionSources } from "./crds";
import { localPath } from "./localPath";
import type { KubernetesObject } from "./objects";
import { traefik } from "./traefik";

export { certManagerProbe } from "./certManager";
export { transportSettings } from "./helmChartConfig";
export { traefik } from "./traefik";
export type { KubernetesObject } from "./objects";

export interface AddonParameters {
  /** The cluster's DNS service address, the one that kubelet gives to pods. */
  dnsServiceAddress: string;
  /** The node's address: Traefik's ports are there, and the platform's names lead there. */
  nodeAddress: string;
  /** The platform's host names, answered inside the cluster. */
  names: readonly string[];
  /** Absolute path on the node under which volumes get their folders. */
  volumesPath: string;
  /** What a HelmChartConfig on the cluster asks of Traefik: settings by name. */
  traefikSettings?: Record<string, string>;
  /** Image with `sh`, `mkdir` and `rm`; the lab's BusyBox if not given. */
  helperImage?: string;
  /** Where the definitions of Traefik's and cert-manager's kinds are; the Go module cache if not given. */
  definitions?: DefinitionSources;
}

/** Kinds that others need to be there first, in this order; everything else follows. */
const firstKinds = [
  "CustomResourceDefinition",
  "Namespace",
  "ServiceAccount",
  "ClusterRole",
  "ClusterRoleBinding",
  "Role",
  "RoleBinding",
  "ConfigMap",
];

/** All objects of all add-ons, in an order in which they can be applied one after the other. */
export function addons(parameters: AddonParameters): KubernetesObject[] {
  const objects = [
    ...customResourceDefinitions(parameters.definitions),
    ...coredns(parameters),
    ...localPath(parameters),
    ...traefik(parameters),
    ...certManager(),
  ];
  const rank = (object: KubernetesObject) => (firstKinds.indexOf(object.kind) + firstKinds.length + 1) % (firstKinds.length + 1);
  return objects.sort((a, b) => rank(a) - rank(b));
}
