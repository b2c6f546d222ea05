/**
 * The node's addresses and its one link to this machine. The node lives in a network namespace of its own; a veth pair joins
 * it to the host, and there is no other route: what is not the host, a pod or a service is unreachable.
 */
import { existsSync } from "node:fs";
import { labId } from "../../shared/paths";
import { run, UserError, type RunResult } from "../../shared/process";

export interface NodeNetwork {
  hostLink: string;
  hostAddress: string;
  nodeAddress: string;
}

export const POD_CIDR = "10.201.0.0/16";
export const SERVICE_CIDR = "10.202.0.0/16";
export const API_SERVICE_ADDRESS = "10.202.0.1";
export const DNS_SERVICE_ADDRESS = "10.202.0.10";

interface Route {
  dst: string;
}

/** The third octets of 10.200.x.0/24 that the host already has a route or an address in. */
function takenOctets(): Set<number> {
  const routes = JSON.parse(run("ip", ["-j", "-4", "route", "show", "table", "all"]).stdout || "[]") as Route[];
  const taken = new Set<number>();
  for (const { dst } of routes) {
    const match = /^10\.200\.(\d+)\./.exec(dst ?? "");
    if (match) taken.add(Number(match[1]));
    if (/^10\.(0\.0\.0\/8|200\.0\.0\/16)/.test(dst ?? "")) for (let octet = 0; octet < 256; octet++) taken.add(octet);
  }
  return taken;
}

/**
 * Addresses for this checkout's node: 10.200.N.0/30 with N from the checkout's id, or the next one free, so that the labs of
 * two checkouts never meet and nothing of the host's own networks is shadowed.
 */
export function chooseNetwork(): NodeNetwork {
  const taken = takenOctets();
  const first = Number.parseInt(labId.slice(0, 2), 16);
  for (let step = 0; step < 256; step++) {
    const octet = (first + step) % 256;
    if (taken.has(octet)) continue;
    return { hostLink: `lab${labId}`, hostAddress: `10.200.${octet}.1`, nodeAddress: `10.200.${octet}.2` };
  }
  throw new UserError(
    "Every network of 10.200.0.0/16 is routed on this machine already (a VPN?), so the lab finds no address for its node. Disconnect it, or use a cluster of your own with `homelab:context`.",
  );
}

/** Connects the host with the network namespace of process `pid` by a veth pair, and leaves no other route out. */
export function connect(network: NodeNetwork, pid: number): void {
  const inside = (...args: string[]) => run("nsenter", ["--target", String(pid), "--net", "--mount", "--pid", "--", ...args]);
  run("ip", ["link", "add", network.hostLink, "type", "veth", "peer", "name", "eth0", "netns", String(pid)]);
  run("ip", ["addr", "add", `${network.hostAddress}/30`, "dev", network.hostLink]);
  run("ip", ["link", "set", network.hostLink, "up"]);
  inside("ip", "link", "set", "lo", "up");
  inside("ip", "addr", "add", `${network.nodeAddress}/30`, "dev", "eth0");
  inside("ip", "link", "set", "eth0", "up");
  // Services need some route before kube-proxy rewrites their address; every other address has none.
  inside("ip", "route", "add", SERVICE_CIDR, "dev", "eth0");
  inside("ip", "route", "add", "unreachable", "default");
  inside("sysctl", "-qw", "net.ipv4.ip_forward=1");
  filterBridge(inside);
}

/** Has packets between two pods, which only cross the bridge, go through the packet filter: NetworkPolicies are rules there. */
function filterBridge(inside: (...args: string[]) => RunResult): void {
  if (!existsSync("/proc/sys/net/bridge")) run("modprobe", ["br_netfilter"], { allowFailure: true });
  try {
    inside("sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=1");
  } catch {
    throw new UserError(
      "This machine's kernel cannot filter packets between pods, so NetworkPolicies would not be enforced. Load the module: modprobe br_netfilter. Where that is refused, install the kernel's package of extra modules, or use a cluster of your own with `homelab:context`.",
    );
  }
}
