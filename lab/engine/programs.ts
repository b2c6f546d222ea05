/**
 * The programs that the lab builds from language packages: what they are, at which version, and from where. A program comes
 * either from a module folder of this repository (go.mod and go.sum pin everything it is made of) or from a published command package
 * (`go install package@version`, checked against Go's checksum database). Programs of one module folder are made of the same
 * packages at the same versions, so Go compiles each package once for all of them.
 */
import { join } from "node:path";
import { root } from "../../shared/paths";
import type { Embedded } from "./embedded";

export interface Program {
  /** Name of the unit that is built together, and of its folder in the cache. */
  name: string;
  version: string;
  /** The executables it gives. */
  binaries: string[];
  /** `-ldflags -X` settings, so that a program reports its real version. */
  versionFlags: string[];
  source: { folder: string; targets: string[] } | { install: string };
  /** Files that the sources embed and that are made before the build. */
  embedded?: Embedded;
  /** Seconds a cold build took on two cores; only shown as a first estimate. */
  estimate: number;
}

const KUBERNETES_VERSION = "v1.34.9";
export const PULUMI_VERSION = "v3.248.0";
/** The one release of the official kubernetes plugin whose Go module is served; its pseudo-version stands in go.mod. */
export const KUBERNETES_PLUGIN_VERSION = "4.25.0";

const KUBERNETES_COMMANDS = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl"];

const engine = (folder: string) => join(root, "lab", "engine", folder);
const module = (folder: string) => join(root, "lab", "cluster", "modules", folder);

function kubernetesVersionFlags(): string[] {
  const [major, minor] = KUBERNETES_VERSION.slice(1).split(".");
  return ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((pkg) => [
    `${pkg}.gitVersion=${KUBERNETES_VERSION}`,
    `${pkg}.gitMajor=${major}`,
    `${pkg}.gitMinor=${minor}`,
  ]);
}

/** What `pulumi` needs: the CLI and the host that runs Node.js programs and policy packs. */
export const enginePrograms: Program[] = [
  {
    name: "pulumi",
    version: PULUMI_VERSION,
    binaries: ["pulumi"],
    versionFlags: [`github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${PULUMI_VERSION}`],
    source: { folder: engine("pulumi"), targets: ["tool"] },
    estimate: 180,
  },
  {
    name: "language-host-3.68",
    version: "v3.68.0",
    binaries: ["pulumi-language-nodejs"],
    versionFlags: ["github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.68.0"],
    source: { folder: engine("language-host-3.68"), targets: ["tool"] },
    estimate: 45,
  },
  {
    name: "language-host",
    version: PULUMI_VERSION,
    binaries: ["pulumi-language-nodejs"],
    versionFlags: [],
    source: { folder: engine("language-host"), targets: ["."] },
    estimate: 20,
  },
];

const PLUGIN_MODULE = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/** The official kubernetes plugin. */
export const kubernetesPlugin: Program = {
  name: "kubernetes-plugin",
  version: `v${KUBERNETES_PLUGIN_VERSION}`,
  binaries: ["pulumi-resource-kubernetes"],
  versionFlags: [`${PLUGIN_MODULE}/pkg/version.Version=${KUBERNETES_PLUGIN_VERSION}`],
  source: { folder: engine("kubernetes-plugin"), targets: ["."] },
  embedded: {
    module: PLUGIN_MODULE,
    files: {
      "schema.json": { from: "cmd/pulumi-resource-kubernetes/schema.json", set: { version: KUBERNETES_PLUGIN_VERSION } },
      "terraform-mapping.json": { from: "cmd/pulumi-resource-kubernetes/terraform-mapping.json" },
    },
  },
  estimate: 170,
};

/** Renders charts in the tests. The lab does not need it: the kubernetes plugin renders charts itself. */
export const helm = published("helm", "v3.21.4", "helm.sh/helm/v3/cmd/helm", 55, [
  "helm.sh/helm/v3/internal/version.version=v3.21.4",
]);

/** Clients of registries that people use, for the tests. */
export const registryClients = [
  published("oras", "v1.3.0", "oras.land/oras/cmd/oras", 20),
  published("regctl", "v0.11.1", "github.com/regclient/regclient/cmd/regctl", 20),
];

/** Checks the workflows in the tests. */
export const actionlint = published("actionlint", "v1.7.12", "github.com/rhysd/actionlint/cmd/actionlint", 15);

/**
 * What the node and what runs on it are made of, the longest first: while one program is linked, the next is compiled. Those of
 * the module folder `node` share the Kubernetes libraries that Kubernetes itself pins.
 */
export const clusterPrograms: Program[] = [
  {
    name: "kubernetes",
    version: KUBERNETES_VERSION,
    binaries: KUBERNETES_COMMANDS,
    versionFlags: kubernetesVersionFlags(),
    source: { folder: module("node"), targets: KUBERNETES_COMMANDS.map((name) => `k8s.io/kubernetes/cmd/${name}`) },
    estimate: 240,
  },
  node("etcd", "v3.6.13", "go.etcd.io/etcd/server/v3", 15),
  // What enforces NetworkPolicies in K3s; the newest version whose module is served.
  node("kube-router", "v2.1.0", "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router", 30, [
    "github.com/cloudnativelabs/kube-router/v2/pkg/version.Version=v2.1.0",
  ]),
  node("local-path-provisioner", "v0.0.37", "github.com/rancher/local-path-provisioner", 5, ["main.VERSION=v0.0.37"]),
  // The newest that agrees with Kubernetes 1.34's libraries.
  node("coredns", "v1.14.1", "github.com/coredns/coredns", 45),
  node("traefik", "v3.6.12", "github.com/traefik/traefik/v3/cmd/traefik", 170, [
    "github.com/traefik/traefik/v3/pkg/version.Version=3.6.12",
  ]),
  {
    // The last release whose programs are part of the root module: from 1.12 on they are modules of their own, which are not
    // served (controller-binary, webhook-binary, cainjector-binary).
    name: "cert-manager",
    version: "v1.11.5",
    binaries: ["controller", "webhook", "cainjector"],
    versionFlags: ["github.com/cert-manager/cert-manager/pkg/util.AppVersion=v1.11.5"],
    source: { folder: module("cert-manager"), targets: ["tool"] },
    estimate: 90,
  },
  published("registry", "v3.1.1", "github.com/distribution/distribution/v3/cmd/registry", 60, [
    "github.com/distribution/distribution/v3/version.version=v3.1.1",
  ]),
  published("crane", "v0.21.9", "github.com/google/go-containerregistry/cmd/crane", 5, [
    "github.com/google/go-containerregistry/cmd/crane/cmd.Version=v0.21.9",
  ]),
  own("pause", join(root, "lab", "images", "pause")),
  own("registry-ui", join(root, "lab", "images", "registry-ui")),
];

/** Everything that a lab builds where nothing official can be had. */
export const labPrograms = [...clusterPrograms, ...enginePrograms, kubernetesPlugin];

/** A program of the module folder `node`. */
function node(name: string, version: string, pkg: string, estimate: number, versionFlags: string[] = []): Program {
  return { name, version, binaries: [name], versionFlags, source: { folder: module("node"), targets: [pkg] }, estimate };
}

function published(name: string, version: string, pkg: string, estimate: number, versionFlags: string[] = []): Program {
  return { name, version, binaries: [name], versionFlags, source: { install: `${pkg}@${version}` }, estimate };
}

function own(name: string, folder: string): Program {
  return { name, version: "own", binaries: [name], versionFlags: [], source: { folder, targets: ["."] }, estimate: 5 };
}
