/** The node's daemons: command lines and configuration files, nothing that runs anything. Flags are those of Kubernetes 1.34. */
import { join } from "node:path";
import { stringify } from "yaml";
import { imageNames } from "../images/catalogue";
import { labId, paths } from "../../shared/paths";
import { DNS_SERVICE_ADDRESS, POD_CIDR, SERVICE_CIDR, type NodeNetwork } from "./network";
import { NODE_NAME } from "./pki";

export interface Daemon {
  name: string;
  command: string[];
}

/** The daemons without which no node works. */
export const ESSENTIAL = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "containerd",
  "kubelet",
  "kube-proxy",
  "kube-router",
];

/** Sockets lie in the node's private /run, so that a deep checkout path never exceeds what a socket path may hold. */
export const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";
export const CGROUP = `homelab-${labId}`;

const pki = (name: string) => join(paths.pki, name);
const conf = (name: string) => join(paths.run, name);
export const kubeconfigOf = (identity: string) => conf(`${identity}.kubeconfig`);

const ETCD = "http://127.0.0.1:2379";

/** The cluster's store: one member. */
export function etcd(program: string): Daemon {
  const peers = "http://127.0.0.1:2380";
  const flags = {
    name: NODE_NAME,
    "data-dir": paths.store,
    "listen-client-urls": ETCD,
    "advertise-client-urls": ETCD,
    "listen-peer-urls": peers,
    "initial-advertise-peer-urls": peers,
    "initial-cluster": `${NODE_NAME}=${peers}`,
    "log-level": "warn",
  };
  return { name: "etcd", command: [program, ...asFlags(flags)] };
}

export function apiServer(program: string, network: NodeNetwork): Daemon {
  const flags: Record<string, string> = {
    "etcd-servers": ETCD,
    "advertise-address": network.nodeAddress,
    "bind-address": "0.0.0.0",
    "service-cluster-ip-range": SERVICE_CIDR,
    "client-ca-file": pki("ca.crt"),
    "tls-cert-file": pki("apiserver.crt"),
    "tls-private-key-file": pki("apiserver.key"),
    "service-account-key-file": pki("service-account.pub"),
    "service-account-signing-key-file": pki("service-account.key"),
    "service-account-issuer": "https://kubernetes.default.svc",
    "authorization-mode": "Node,RBAC",
    "enable-admission-plugins": "NodeRestriction",
    "kubelet-client-certificate": pki("admin.crt"),
    "kubelet-client-key": pki("admin.key"),
    "kubelet-preferred-address-types": "InternalIP",
    "allow-privileged": "true",
    "requestheader-client-ca-file": pki("ca.crt"),
    "requestheader-allowed-names": "front-proxy",
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-username-headers": "X-Remote-User",
    "proxy-client-cert-file": pki("front-proxy.crt"),
    "proxy-client-key-file": pki("front-proxy.key"),
  };
  return { name: "kube-apiserver", command: [program, ...asFlags(flags)] };
}

export function controllerManager(program: string): Daemon {
  const flags = {
    kubeconfig: kubeconfigOf("controller-manager"),
    "service-account-private-key-file": pki("service-account.key"),
    "root-ca-file": pki("ca.crt"),
    "use-service-account-credentials": "true",
    "allocate-node-cidrs": "true",
    "cluster-cidr": POD_CIDR,
    "service-cluster-ip-range": SERVICE_CIDR,
    "leader-elect": "false",
    "cluster-signing-cert-file": pki("ca.crt"),
    "cluster-signing-key-file": pki("ca.key"),
    // A lab that is stopped for the night is no node failure: pods stay bound to the node.
    "node-monitor-grace-period": "24h",
  };
  return { name: "kube-controller-manager", command: [program, ...asFlags(flags)] };
}

export function scheduler(program: string): Daemon {
  return {
    name: "kube-scheduler",
    command: [program, ...asFlags({ kubeconfig: kubeconfigOf("scheduler"), "leader-elect": "false" })],
  };
}

export function proxy(program: string): Daemon {
  const flags = {
    kubeconfig: kubeconfigOf("proxy"),
    "cluster-cidr": POD_CIDR,
    "hostname-override": NODE_NAME,
    // A table of its own: kube-router writes iptables' filter table back as it read it, and what another wrote meanwhile is lost.
    "proxy-mode": "nftables",
    // The machine's connection table is shared with the host; its size is not ours to set.
    "conntrack-max-per-core": "0",
    "conntrack-tcp-timeout-established": "0s",
    "conntrack-tcp-timeout-close-wait": "0s",
  };
  return { name: "kube-proxy", command: [program, ...asFlags(flags)] };
}

/** Enforces NetworkPolicies, as K3s does: the part of kube-router that K3s embeds, with the packet filter of the node. */
export function networkPolicies(program: string): Daemon {
  const flags = {
    kubeconfig: kubeconfigOf("kube-router"),
    "hostname-override": NODE_NAME,
    "run-firewall": "true",
    "run-router": "false",
    "run-service-proxy": "false",
    "run-loadbalancer": "false",
    "enable-cni": "false",
    "service-cluster-ip-range": SERVICE_CIDR,
    // Its health port also serves its profiler, to everything that reaches the node.
    "health-port": "0",
    "metrics-port": "0",
  };
  return { name: "kube-router", command: [program, ...asFlags(flags)] };
}

export const containerd: Daemon = { name: "containerd", command: ["containerd", "--config", conf("containerd.toml")] };

export function kubelet(program: string, network: NodeNetwork): Daemon {
  const flags = {
    config: conf("kubelet.yaml"),
    kubeconfig: kubeconfigOf("kubelet"),
    "hostname-override": NODE_NAME,
    "node-ip": network.nodeAddress,
    "root-dir": conf("kubelet"),
  };
  return { name: "kubelet", command: [program, ...asFlags(flags)] };
}

export function kubeletConfiguration(): string {
  return stringify({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: pki("ca.crt") } },
    authorization: { mode: "Webhook" },
    cgroupDriver: "cgroupfs",
    cgroupRoot: `/${CGROUP}`,
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    clusterDNS: [DNS_SERVICE_ADDRESS],
    clusterDomain: "cluster.local",
    resolvConf: conf("resolv.conf"),
    tlsCertFile: pki("kubelet.crt"),
    tlsPrivateKeyFile: pki("kubelet.key"),
    volumePluginDir: conf("volume-plugins"),
    failSwapOn: false,
    // Disk and memory are shared with the whole machine: the lab evicts nothing because of them.
    evictionHard: {},
    imageGCHighThresholdPercent: 100,
    // Pods of a stopped lab are started anew at the next start; on two cores the default of 5 a second is too slow.
    registryPullQPS: 0,
    nodeStatusUpdateFrequency: "10s",
    syncFrequency: "10s",
    serializeImagePulls: false,
    failCgroupV1: false,
  });
}

export function containerdConfiguration(cniBinDir: string): string {
  return `version = 2
root = "${paths.containerd}"
state = "/run/containerd"
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${imageNames.pause}"
  # Without CAP_SYS_RESOURCE a process cannot lower its out-of-memory score, and a sandbox that tries fails to start.
  restrict_oom_score_adj = true
  # As K3s has it: a program that is not root may listen below 1024, and ping.
  enable_unprivileged_ports = true
  enable_unprivileged_icmp = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${paths.certsD}"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${cniBinDir}"
    conf_dir = "${conf("cni")}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`;
}

export function cniConfiguration(): string {
  const bridge = {
    type: "bridge",
    bridge: "cni0",
    isGateway: true,
    ipMasq: true,
    hairpinMode: true,
    ipam: {
      type: "host-local",
      ranges: [[{ subnet: POD_CIDR.replace("/16", "/24") }]],
      routes: [{ dst: "0.0.0.0/0" }],
      dataDir: "/run/cni-addresses",
    },
  };
  return JSON.stringify({
    cniVersion: "0.4.0",
    name: "lab",
    plugins: [bridge, { type: "portmap", capabilities: { portMappings: true } }],
  });
}

function asFlags(flags: Record<string, string>): string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}
