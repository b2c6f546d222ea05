/** Looking how full the volumes of a stack are, and the disks of the nodes on which its pods run. */
import { copies } from "../../../components/services/apps/copies/scripts";
import { freeUploads } from "../../../components/services/registry/space";
import { databasesOf } from "../databases";
import type { Asked } from "../drift";
import { askKubectl } from "../kubectl";
import { livingData } from "../losses/live";
import type { Live, LiveClaim, LivePod } from "../losses/types";
import type { Stack } from "../pulumi";
import type { ServiceHealth } from "../serviceHealth";
import { claimsOf, diskOf, parseDf, type Room, type Summary } from "./room";
import { remediesOf, volumeRows, type UsedClaim } from "./rows";

/** One row for each disk and volume; none where the cluster does not answer. */
export async function checkVolumes(
  stack: Stack,
  { deployed }: Asked,
  outputs: Record<string, unknown>,
): Promise<ServiceHealth[]> {
  const begin = performance.now();
  const namespaces = new Set(deployed.flatMap(({ left: { kind, metadata } }) => (kind === "Namespace" ? [metadata.name] : [])));
  const live = livingData(stack);
  if (live === undefined || namespaces.size === 0) return [];
  const pods = live.pods.filter(({ metadata, status }) => namespaces.has(metadata.namespace) && status?.phase === "Running");
  const nodes = [...new Set(pods.flatMap(({ spec }) => spec.nodeName ?? []))].sort();
  const summaries = new Map(await Promise.all(nodes.map(async (node) => [node, await summaryOf(stack, node)] as const)));
  const measured = new Map([...summaries.values()].flatMap((summary) => [...claimsOf(summary)]));
  const looked = new Map((await Promise.all(pods.map((pod) => lookInside(stack, pod, measured)))).flatMap((found) => [...found]));
  const remedies = remediesOf(databasesOf(outputs), servicesOf(live));
  const claims = used(live, pods).map((claim) => {
    return { ...claim, room: measured.get(claim.name) ?? looked.get(claim.name), remedy: remedies.get(claim.name) };
  });
  const disks = new Map([...summaries].flatMap(([node, summary]) => (diskOf(summary) ? [[node, diskOf(summary)!]] : [])));
  const latencyMs = Math.round((performance.now() - begin) * 10) / 10;
  return volumeRows(claims, disks).map((row) => ({ ...row, latencyMs }));
}

const nameOf = ({ metadata: { namespace, name } }: LiveClaim) => `${namespace}/${name}`;

/** The claims that pods use, each once. */
function used(live: Live, pods: readonly LivePod[]): UsedClaim[] {
  const users = new Map(
    pods.flatMap((pod) => [...claimedBy(pod).keys()].map((name) => [name, pod.spec.nodeName ?? ""] as const)),
  );
  return live.claims.flatMap((claim) => {
    const node = users.get(nameOf(claim));
    if (node === undefined) return [];
    const volume = live.volumes.find(({ metadata }) => metadata.name === claim.spec.volumeName)?.spec;
    const folder = volume?.hostPath !== undefined || volume?.local !== undefined;
    return [{ name: nameOf(claim), node, storageClass: claim.spec.storageClassName ?? "its class", folder }];
  });
}

/** Names of a pod's volumes by the claims that they are, as `namespace/name`. */
function claimedBy({ metadata, spec }: LivePod): Map<string, string> {
  const claims = (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim: claim }) =>
    claim ? [[claim.claimName, name]] : [],
  );
  return new Map(claims.map(([claim, volume]) => [`${metadata.namespace}/${claim}`, volume!] as const));
}

async function summaryOf(stack: Stack, node: string): Promise<Summary> {
  const { stdout } = await askKubectl(stack, ["get", "--raw", `/api/v1/nodes/${node}/proxy/stats/summary`]);
  return stdout === undefined ? {} : (JSON.parse(stdout) as Summary);
}

/** Asks `df` in the containers of a pod for the claims of which the kubelet has no figures. */
async function lookInside(stack: Stack, pod: LivePod, measured: ReadonlyMap<string, Room>): Promise<Map<string, Room>> {
  const found = new Map<string, Room>();
  const open = () => [...claimedBy(pod)].filter(([name]) => !measured.has(name) && !found.has(name));
  // The copier has all volumes of its pod, and df.
  const containers = [...pod.spec.containers].sort((a, b) => Number(b.name === copies.copier) - Number(a.name === copies.copier));
  for (const { name: container, volumeMounts = [] } of containers) {
    const mounted = open().flatMap(([claim, volume]) => {
      const mount = volumeMounts.find(({ name }) => name === volume);
      return mount === undefined ? [] : [{ claim, path: mount.mountPath }];
    });
    if (mounted.length === 0) continue;
    const place = ["-n", pod.metadata.namespace, pod.metadata.name, "-c", container];
    const { stdout = "" } = await askKubectl(stack, ["exec", ...place, "--", "df", "-Pk", ...mounted.map(({ path }) => path)]);
    parseDf(stdout, mounted.length)?.forEach((room, i) => found.set(mounted[i]!.claim, room));
  }
  return found;
}

/** The claims of the platform's own services, by their labels. */
function servicesOf({ claims }: Live): Parameters<typeof remediesOf>[1] {
  const of = (service: string) =>
    claims.find(({ metadata: { labels } }) => {
      return labels?.["app.kubernetes.io/name"] === service && labels["app.kubernetes.io/managed-by"] === "pulumi";
    });
  const [registry, emulator] = [of("registry"), of("localstack")];
  return {
    registry: registry && { claim: nameOf(registry), freeUploads: freeUploads(registry.metadata.namespace) },
    emulator: emulator && nameOf(emulator),
  };
}
