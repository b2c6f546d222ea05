/**
 * The programs that the lab builds from language packages: what they are, at which version, and from where. A program comes
 * either from a module folder of ours (go.mod and go.sum pin everything it is made of) or from a published command package
 * (`go install package@version`, checked against Go's checksum database).
 */
import { join } from "node:path";
import { root } from "../shared/paths";

export interface Program {
  /** Name of the unit that is built together, and of its folder in the cache. */
  name: string;
  version: string;
  /** The executables it gives. */
  binaries: string[];
  /** `-ldflags -X` settings, so that a program tells its true version. */
  versionFlags: string[];
  source: { folder: string; target: string } | { install: string };
  /** Seconds a cold build took on two cores; only shown as a first estimate. */
  estimate: number;
}

export const KUBERNETES_VERSION = "v1.34.9";
export const PULUMI_VERSION = "v3.248.0";

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
    source: { folder: engine("pulumi"), target: "tool" },
    estimate: 180,
  },
  {
    name: "language-host-3.68",
    version: "v3.68.0",
    binaries: ["pulumi-language-nodejs"],
    versionFlags: ["github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.68.0"],
    source: { folder: engine("language-host-3.68"), target: "tool" },
    estimate: 45,
  },
  {
    name: "language-host",
    version: PULUMI_VERSION,
    binaries: ["pulumi-language-nodejs"],
    versionFlags: [],
    source: { folder: engine("language-host"), target: "." },
    estimate: 20,
  },
];

/** What the node and what runs on it are made of. */
export const clusterPrograms: Program[] = [
  {
    name: "kubernetes",
    version: KUBERNETES_VERSION,
    binaries: ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl"],
    versionFlags: kubernetesVersionFlags(),
    source: { folder: module("kubernetes"), target: "tool" },
    estimate: 340,
  },
  published("kine", "v0.16.4", "github.com/k3s-io/kine", 90),
  published("crane", "v0.21.9", "github.com/google/go-containerregistry/cmd/crane", 5, [
    "github.com/google/go-containerregistry/cmd/crane/cmd.Version=v0.21.9",
  ]),
  published("helm", "v3.21.4", "helm.sh/helm/v3/cmd/helm", 55, ["helm.sh/helm/v3/internal/version.version=v3.21.4"]),
  published("registry", "v3.1.1", "github.com/distribution/distribution/v3/cmd/registry", 60, [
    "github.com/distribution/distribution/v3/version.version=v3.1.1",
  ]),
  published("coredns", "v1.14.7", "github.com/coredns/coredns", 95),
  {
    name: "local-path-provisioner",
    version: "v0.0.37",
    binaries: ["local-path-provisioner"],
    versionFlags: ["main.VERSION=v0.0.37"],
    source: { folder: module("local-path-provisioner"), target: "tool" },
    estimate: 60,
  },
  {
    name: "cert-manager",
    version: "v1.11.5",
    binaries: ["controller", "webhook", "cainjector"],
    versionFlags: ["github.com/cert-manager/cert-manager/pkg/util.AppVersion=v1.11.5"],
    source: { folder: module("cert-manager"), target: "tool" },
    estimate: 90,
  },
  {
    name: "traefik",
    version: "v3.6.0",
    binaries: ["traefik"],
    versionFlags: ["github.com/traefik/traefik/v3/pkg/version.Version=3.6.0"],
    source: { folder: module("traefik"), target: "tool" },
    estimate: 240,
  },
  own("pause", join(root, "lab", "images", "pause")),
  own("registry-ui", join(root, "lab", "images", "registry-ui")),
];

function published(name: string, version: string, pkg: string, estimate: number, versionFlags: string[] = []): Program {
  return { name, version, binaries: [name], versionFlags, source: { install: `${pkg}@${version}` }, estimate };
}

function own(name: string, folder: string): Program {
  return { name, version: "own", binaries: [name], versionFlags: [], source: { folder, target: "." }, estimate: 5 };
}
