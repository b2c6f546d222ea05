import { each, finding } from "../../core/finding";
import { POD_VARIABLES, regex } from "../../core/cel";
import { definePolicy } from "../../core/policy";
import { show } from "../../core/text";
import { POD_CARRIERS } from "../../core/workload";

/** Sockets through which whoever holds them is root on the node. */
const SOCKETS = [
  "docker.sock",
  "cri-dockerd.sock",
  "containerd",
  "containerd/containerd.sock",
  "k3s/containerd",
  "k3s/containerd/containerd.sock",
  "crio",
  "crio/crio.sock",
  "podman",
  "podman/podman.sock",
].flatMap((path) => [`run/${path}`, `var/run/${path}`]);

/** Folders that hold a socket, or everything else that makes a node a node. */
const FOLDERS = [
  "",
  "var",
  "run",
  "var/run",
  "var/lib/kubelet",
  "etc/kubernetes",
  "var/lib/rancher",
  "proc",
  "sys",
  "etc",
  "root",
  "dev",
  "boot",
];

/** Any of the paths, with as many slashes as somebody may write; CEL reads it too. */
function pathsOf(paths: readonly string[]): string {
  return `^/+(${paths.map((path) => path.replace(/\./g, "[.]").replace(/\//g, "/+")).join("|")})/*$`;
}

const SOCKET_PATH = pathsOf(SOCKETS);
const FOLDER_PATH = pathsOf(FOLDERS);
const [isSocket, isFolder] = [new RegExp(SOCKET_PATH), new RegExp(FOLDER_PATH)];

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
  match: POD_CARRIERS,
  params: {},
  *check(view) {
    if (!view.pod) return;
    yield* each(view.pod.volumes, function* (volume) {
      const field = volume.at("hostPath", "path");
      const path = field.text() ?? "";
      const what = isSocket.test(path)
        ? "the container runtime's socket"
        : isFolder.test(path)
          ? `the node's ${show(path)}`
          : undefined;
      if (what) yield finding(field, `mounts ${what} as volume ${show(volume.at("name").text())}`, "remove the volume");
    });
  },
  admission: {
    variables: () => [...POD_VARIABLES],
    validations: () => [
      {
        expression: `!variables.pod.?volumes.orValue([]).exists(v, v.?hostPath.?path.orValue('').matches(${regex(`${SOCKET_PATH}|${FOLDER_PATH}`)}))`,
        message: "mounts the container runtime's socket, or a folder that makes the node. Fix: remove the volume",
      },
    ],
  },
  good: [
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
    { title: "the whole node", yaml: `${pod("/")}\n---\n${pod("/etc")}`, finds: ["the node's", "the node's"] },
  ],
});
