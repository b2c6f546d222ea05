import { Field } from "../../../kubernetes/objects/field";
import { Finding, each, finding } from "../../../kubernetes/objects/finding";
import { POD_VARIABLES, regex } from "../../core/cel";
import { definePolicy } from "../../core/policy";
import { show } from "../../../kubernetes/objects/text";
import { POD_CARRIERS } from "../../../kubernetes/objects/workload";

/** Folders for what runs, as they are and by the links that lead there. */
const RUN = ["run", "var/run"];

/** Sockets through which whoever holds them is root on the node, and the folders of their own that they lie in. */
const SOCKETS = [
  ...[
    "docker.sock",
    "cri-dockerd.sock",
    "dockershim.sock",
    "containerd",
    "containerd/containerd.sock",
    "containerd/containerd.sock.ttrpc",
    "k3s/containerd",
    "k3s/containerd/containerd.sock",
    "k3s/containerd/containerd.sock.ttrpc",
    "k3s/cri-dockerd",
    "k3s/cri-dockerd/cri-dockerd.sock",
    "k0s",
    "k0s/containerd.sock",
    "crio",
    "crio/crio.sock",
    "podman",
    "podman/podman.sock",
    "buildkit",
    "buildkit/buildkitd.sock",
    "user/[0-9]+/docker.sock",
    "user/[0-9]+/podman",
    "user/[0-9]+/podman/podman.sock",
  ].flatMap((path) => RUN.map((run) => `${run}/${path}`)),
  "var/snap/microk8s/common/run",
  "var/snap/microk8s/common/run/containerd.sock",
];

/** Folders that hold a socket, or everything else that makes a node a node. */
const FOLDERS = [
  "var",
  ...RUN,
  ...RUN.map((run) => `${run}/k3s`),
  ...RUN.flatMap((run) => [`${run}/user`, `${run}/user/[0-9]+`]),
  "var/lib",
  "var/lib/docker",
  "var/lib/containerd",
  "var/lib/containers",
  "var/lib/kubelet",
  "var/lib/kubelet/pods",
  "var/lib/rancher",
  "var/lib/rancher/k3s",
  "var/lib/rancher/k3s/agent",
  "var/log",
  "proc",
  "sys",
  "etc",
  "usr",
  "lib",
  "home",
  "dev",
];

/** Folders whose every file is a key to the node or the cluster. */
const TREES = [
  "boot",
  "root",
  "etc/kubernetes",
  "etc/rancher",
  "var/lib/etcd",
  "var/lib/kubelet/pki",
  "var/lib/rancher/k3s/server",
];

/** What may stand between two names: slashes, and dots that lead nowhere. */
const SLASH = "/(?:[.]?/)*";

function pathsOf(paths: readonly string[], end: string): string {
  const alternatives = paths.map((path) => path.replace(/\.(?!\+)/g, "[.]").replace(/\//g, SLASH));
  return `^${SLASH}(?:${alternatives.join("|")})${end}$`;
}

/** Regular expressions that CEL reads too. */
const SOCKET_PATH = pathsOf(SOCKETS, "(?:/[.]?)*");
const FOLDER_PATH = `^${SLASH}[.]?$|${pathsOf(FOLDERS, "(?:/[.]?)*")}|${pathsOf(TREES, "(?:/.*)?")}`;
const [isSocket, isFolder] = [new RegExp(SOCKET_PATH), new RegExp(FOLDER_PATH, "s")];

function pod(path: string): string {
  return `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: [{name: v, hostPath: {path: ${path}}}]}}`;
}

export const containerSocket = definePolicy<object>({
  id: "container-socket",
  title: "No pod holds the node itself",
  rationale:
    "The container runtime's socket, and the folders that contain it, make a pod root on its node whatever else it may. " +
    "A rule of its own, because a workload that is exempt from the Pod Security Standards is not exempt from this.",
  severity: "critical",
  level: "mandatory",
  remediation: "Leave the socket out; LocalStack needs it for Lambda only, and only where an exemption says so.",
  tags: ["security"],
  anchors: { controls: ["KSV-0006", "C-0074", "kube-linter/docker-sock", "kyverno/disallow-cri-sock-mount"] },
  match: [...POD_CARRIERS, { group: "", versions: ["v1"], kinds: ["PersistentVolume"] }],
  params: {},
  *check(view) {
    if (view.pod) {
      yield* each(view.pod.volumes, (volume) => {
        return judge(volume.at("hostPath", "path"), (what) => `mounts ${what} as volume ${show(volume.at("name").text())}`);
      });
    } else {
      // Whoever gets the claim gets the path, whatever the profile of the namespace says about hostPath.
      yield* each(["hostPath", "local"], (source) => judge(view.spec.at(source, "path"), (what) => `gives ${what} to a claim`));
    }
  },
  admission: {
    match: POD_CARRIERS,
    beyond: "PersistentVolumes, which belong to the whole cluster",
    variables: () => [...POD_VARIABLES],
    validations: () => [
      {
        expression: `!variables.pod.?volumes.orValue([]).exists(v, v.?hostPath.?path.orValue('').matches(${regex(`${SOCKET_PATH}|${FOLDER_PATH}`)}))`,
        message: "mounts the container runtime's socket, or a folder that makes the node. Fix: remove the volume",
      },
    ],
  },
  good: [
    {
      title: "a volume on a disk of its own",
      yaml: "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {local: {path: /mnt/disks/one}}}",
    },
    {
      title: "a folder whose name only begins so",
      yaml: `${pod("/etcetera")}\n---\n${pod("/var/lib/rancher/k3s/storage/pvc-1")}`,
    },
    { title: "a folder of the node that holds data only", yaml: pod("/srv/data") },
    {
      title: "no path of the node",
      yaml: "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {volumes: [{name: v, emptyDir: {}}]}}",
    },
  ],
  bad: [
    { title: "the socket of Docker", yaml: pod("/var/run/docker.sock"), finds: ["the container runtime's socket"] },
    {
      title: "the socket of K3s, or its folder",
      yaml: `${pod("/run/k3s/containerd/containerd.sock")}\n---\n${pod("//run//containerd/")}`,
      finds: ["runtime's socket", "runtime's socket"],
    },
    {
      title: "the sockets of containerd, CRI-O, Podman, BuildKit and other distributions",
      yaml: [
        "/run/containerd/containerd.sock",
        "/var/run/crio/crio.sock",
        "/run/user/1000/podman/podman.sock",
        "/run/buildkit/buildkitd.sock",
        "/run/k0s/containerd.sock",
        "/var/snap/microk8s/common/run/containerd.sock",
      ]
        .map(pod)
        .join("\n---\n"),
      finds: Array.from({ length: 6 }, () => "runtime's socket"),
    },
    {
      title: "a path that goes nowhere in between",
      yaml: `${pod("/var/./run/.//docker.sock")}\n---\n${pod("/./")}`,
      finds: ["runtime's socket", "the node's"],
    },
    {
      title: "keys of the node and the cluster",
      yaml: `${pod("/etc/rancher/k3s/k3s.yaml")}\n---\n${pod("/etc/kubernetes/admin.conf")}\n---\n${pod("/var/lib/etcd/member")}`,
      finds: ["the node's", "the node's", "the node's"],
    },
    {
      title: "the socket by way of a volume",
      yaml: "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {hostPath: {path: /var/run/docker.sock}}}\n---\n{apiVersion: v1, kind: PersistentVolume, metadata: {name: w}, spec: {local: {path: /}}}",
      finds: ["gives the container runtime's socket to a claim", "the node's"],
    },
    { title: "the whole node", yaml: `${pod("/")}\n---\n${pod("/etc")}`, finds: ["the node's", "the node's"] },
  ],
});

function judge(field: Field, message: (what: string) => string): Finding | undefined {
  const path = field.text() ?? "";
  if (isSocket.test(path)) return finding(field, message("the container runtime's socket"), "remove the volume");
  return isFolder.test(path) ? finding(field, message(`the node's ${show(path)}`), "remove the volume") : undefined;
}
