/** Starts the lab's cluster, step by step; every step is skipped when its result is there already, so it can be interrupted anywhere. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildImage, type BuiltImage } from "../images/image";
import { catalogue } from "../images/catalogue";
import { cacheDir, paths } from "../../shared/paths";
import { placeLink } from "../../shared/place";
import { say, step } from "../../shared/progress";
import { buildPrograms } from "../engine/build";
import { clusterPrograms } from "../engine/programs";
import { cniDir } from "../engine/requirements";
import * as daemons from "./daemons";
import { endNode } from "./down";
import { applyAddons, waitForAddons } from "./applyAddons";
import { kubectl, type Programs } from "./kubectl";
import { DNS_SERVICE_ADDRESS } from "./network";
import { enforcePolicies } from "./networkPolicies";
import { NODE_NAME, ensurePki, writeKubeconfig } from "./pki";
import {
  clearLeftovers,
  createNode,
  lostDaemons,
  removeNode,
  runInNode,
  runningNode,
  startDaemon,
  waitWhileRunning,
  type NodeRecord,
} from "./node";

/** Builds missing programs and starts a node, up to add-ons that are ready. `names` are the platform's host names. */
export async function clusterUp(names: readonly string[]): Promise<NodeRecord> {
  const programs = await buildPrograms(clusterPrograms);
  linkTools(programs);
  return startCluster(programs, names);
}

/** Puts the cluster's command-line programs where commands find them. */
function linkTools(programs: Programs): void {
  mkdirSync(paths.engine, { recursive: true });
  for (const name of ["kubectl", "crane"]) if (programs[name]) placeLink(programs[name], join(paths.engine, name));
}

/** The part after the builds: a node with ready add-ons from programs that are there. */
async function startCluster(programs: Programs, names: readonly string[]): Promise<NodeRecord> {
  const healthy = runningNode();
  const lost = lostDaemons();
  if (healthy && lost.length === 0) {
    writeHosts(healthy, names);
    await loadImages(healthy, programs);
    await applyAddons(programs, healthy, names);
    await waitForAddons(programs);
    return healthy;
  }
  if (healthy) {
    say(`  the node has lost ${lost.join(", ")} and is made anew; what runs on it is asked to end first`);
    await endNode(healthy);
  }
  for (const lab of clearLeftovers()) say(`  cleared what the lab of ${lab} had left`);
  const node = await step("node: namespaces and network", () => makeNode(programs));
  try {
    writeHosts(node, names);
    await step("node: Kubernetes control plane", () => startControlPlane(node, programs));
    await step("node: containers and images", () => startContainers(node, programs));
    await step("node: kubelet, proxy, network policies", () => startNodeAgents(node, programs));
    await step("add-ons: DNS, storage, Traefik, cert-manager", async () => {
      await applyAddons(programs, node, names);
      await waitForAddons(programs);
    });
  } catch (error) {
    say("  the node did not come up and is taken down again; its logs stay in .lab/run/log");
    await removeNode(node);
    throw error;
  }
  return node;
}

/** Removes what is left of the former node (never its data) and creates a new one. */
async function makeNode(programs: Programs): Promise<NodeRecord> {
  rmSync(paths.run, { recursive: true, force: true });
  for (const folder of [
    paths.run,
    paths.logs,
    paths.data,
    paths.store,
    paths.containerd,
    paths.volumes,
    paths.certsD,
    join(paths.run, "cni"),
    join(paths.run, "volume-plugins"),
  ]) {
    mkdirSync(folder, { recursive: true });
  }
  writeFileSync(paths.hosts, "127.0.0.1 localhost\n");
  const node = await createNode(programs.pause!);
  ensurePki(node.network);
  for (const identity of ["kubelet", "controller-manager", "scheduler", "proxy", "kube-router"]) {
    writeKubeconfig(identity, daemons.kubeconfigOf(identity), node.network);
  }
  writeKubeconfig("admin", paths.kubeconfig, node.network);
  writeFileSync(join(paths.run, "resolv.conf"), `nameserver ${DNS_SERVICE_ADDRESS}\n`);
  writeFileSync(join(paths.run, "containerd.toml"), daemons.containerdConfiguration(cniDir() ?? "/usr/lib/cni"));
  writeFileSync(join(paths.run, "kubelet.yaml"), daemons.kubeletConfiguration());
  writeFileSync(join(paths.run, "cni", "10-lab.conflist"), daemons.cniConfiguration());
  return node;
}

/** The hosts file that the node and `lab exec` see. Written in place: it is bind-mounted. */
function writeHosts(node: NodeRecord, names: readonly string[]): void {
  const lines = [
    "127.0.0.1 localhost",
    `${node.network.nodeAddress} ${NODE_NAME}`,
    ...names.map((name) => `${node.network.nodeAddress} ${name}`),
  ];
  writeFileSync(paths.hosts, `${lines.join("\n")}\n`);
}

async function startControlPlane(node: NodeRecord, programs: Programs): Promise<void> {
  startDaemon(node, daemons.etcd(programs.etcd!));
  startDaemon(node, daemons.apiServer(programs["kube-apiserver"]!, node.network));
  await waitWhileRunning("kube-apiserver", 90, () => kubectl(programs, ["get", "--raw", "/readyz"]).status === 0);
  startDaemon(node, daemons.controllerManager(programs["kube-controller-manager"]!));
  startDaemon(node, daemons.scheduler(programs["kube-scheduler"]!));
}

const ctr = (...args: string[]) => ["ctr", "--address", daemons.CONTAINERD_SOCKET, "--namespace", "k8s.io", ...args];

async function startContainers(node: NodeRecord, programs: Programs): Promise<void> {
  startDaemon(node, daemons.containerd);
  await waitWhileRunning("containerd", 30, () => runInNode(node, ctr("version"), true).status === 0);
  await loadImages(node, programs);
}

const listImages = (node: NodeRecord) => runInNode(node, ctr("images", "ls")).stdout;

/** Loads an image unless the node has it under its present digest. `present` is what the node lists. */
export function loadImage(node: NodeRecord, { name, digest, archive }: BuiltImage, present = listImages(node)): void {
  const have = present.split("\n").some((line) => line.startsWith(`${name} `) && line.includes(digest));
  if (!have) runInNode(node, ctr("images", "import", archive));
}

/** Assembles the lab's images that changed and loads those that the node does not have. */
async function loadImages(node: NodeRecord, programs: Programs): Promise<void> {
  mkdirSync(join(cacheDir(), "images"), { recursive: true });
  const present = listImages(node);
  for (const spec of catalogue(programs)) {
    const archive = join(join(cacheDir(), "images"), `${spec.name.replace(/[^a-z0-9.-]+/gi, "_")}.tar`);
    loadImage(node, await buildImage(spec, archive), present);
  }
}

async function startNodeAgents(node: NodeRecord, programs: Programs): Promise<void> {
  // kube-router asks for the node at its start. Where the node is known, pods are too, and start with kubelet: policies go first.
  const known = kubectl(programs, ["get", "node", NODE_NAME]).status === 0;
  if (known) await enforcePolicies(node, programs);
  startDaemon(node, daemons.kubelet(programs.kubelet!, node.network));
  startDaemon(node, daemons.proxy(programs["kube-proxy"]!));
  const ready = [
    "get",
    "node",
    NODE_NAME,
    "-o",
    'jsonpath={.status.conditions[?(@.type=="Ready")].status}/{.metadata.labels.kubernetes\\.io/hostname}',
  ];
  await waitWhileRunning("kubelet", 60, () => kubectl(programs, ready).stdout.startsWith("True/"));
  if (!known) await enforcePolicies(node, programs);
  // A pod that starts before the services' addresses work loses its first tries, and seconds with them.
  await waitWhileRunning(
    "kube-proxy",
    30,
    () => runInNode(node, ["sh", "-c", "nft list table ip kube-proxy | grep -q default/kubernetes/tcp/https"], true).status === 0,
  );
}
