/** Claims and volumes that are being deleted: a deployment would end the pods that still hold them. */
import { UserError } from "../../../shared/process";
import type { Stack } from "../pulumi";
import type { LiveClaim, LivePod, LiveVolume } from "./types";
import { list } from "./live";

interface LiveNamespace {
  metadata: { name: string; labels?: Record<string, string>; deletionTimestamp?: string };
}

/** A claim that goes as soon as nothing uses it any more. */
export interface Going {
  /** `namespace/name` */
  claim: string;
  since: string;
  /** What is being deleted, where it is not the claim itself. */
  because?: string;
  volume?: string;
  /** Whether the volume, and the data with it, stays when the claim is gone. */
  volumeStays: boolean;
  /** Pods that still use it. */
  pods: string[];
}

interface Cluster {
  namespaces: LiveNamespace[];
  claims: LiveClaim[];
  volumes: LiveVolume[];
  pods: LivePod[];
}

/** Claims of the stack's namespaces that are being deleted, by themselves, with their namespace or with their volume. Pure. */
export function goingClaims({ namespaces, claims, volumes, pods }: Cluster): Going[] {
  const ours = new Map(
    namespaces
      .filter(({ metadata }) => metadata.labels?.["app.kubernetes.io/part-of"] === "homelab")
      .map((namespace) => [namespace.metadata.name, namespace]),
  );
  return claims.flatMap((claim): Going[] => {
    const { name, namespace, deletionTimestamp } = claim.metadata;
    const place = ours.get(namespace);
    if (place === undefined) return [];
    const volume = volumes.find(
      ({ spec: { claimRef }, metadata }) =>
        metadata.name === claim.spec.volumeName || (claimRef?.namespace === namespace && claimRef.name === name),
    );
    const since = deletionTimestamp ?? place.metadata.deletionTimestamp ?? volume?.metadata.deletionTimestamp;
    if (since === undefined) return [];
    const because = place.metadata.deletionTimestamp ? `its namespace` : deletionTimestamp ? undefined : `its volume`;
    const using = pods.filter(
      ({ metadata, spec, status }) =>
        metadata.namespace === namespace &&
        !["Succeeded", "Failed"].includes(status?.phase ?? "") &&
        spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name),
    );
    return [
      {
        claim: `${namespace}/${name}`,
        since,
        ...(because && { because }),
        ...(volume && { volume: volume.metadata.name }),
        volumeStays: volume?.spec.persistentVolumeReclaimPolicy === "Retain",
        pods: using.map(({ metadata }) => metadata.name),
      },
    ];
  });
}

/** What saves the data of a claim that is being deleted: the deletion cannot be taken back, but the volume can outlive it. */
export function rescue({ claim, volume, volumeStays, pods }: Going, kubectl: string): string[] {
  if (volume === undefined) {
    return ["it has no volume yet, so nothing is lost: wait until it is gone, and run the same command again"];
  }
  const [namespace, name] = claim.split("/");
  const merge = `'{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`;
  const free = `'[{"op":"remove","path":"/spec/claimRef/uid"},{"op":"remove","path":"/spec/claimRef/resourceVersion"}]'`;
  return [
    ...(volumeStays ? [] : [`${kubectl} patch persistentvolume ${volume} -p ${merge}`]),
    ...(pods.length === 0 ? [] : [`${kubectl} -n ${namespace} delete pod ${pods.join(" ")}`]),
    `${kubectl} -n ${namespace} wait --for=delete persistentvolumeclaim/${name} --timeout=120s`,
    `${kubectl} patch persistentvolume ${volume} --type=json -p ${free}`,
  ];
}

function described(going: Going, kubectl: string): string {
  const { claim, since, because, pods, volume } = going;
  const held = pods.length === 0 ? "" : `; only what still uses it holds it (${pods.join(", ")})`;
  const steps = rescue(going, kubectl).map((step) => `    ${step}`);
  const intro =
    volume === undefined
      ? ""
      : "\n  End no pod that uses it before its volume is told to stay. A deletion cannot be taken back; this lets the claim go, keeps\n  the volume, and reserves it for the claim of the same name, which the same command makes again:";
  return `- The claim ${claim} is being deleted${because ? ` with ${because}` : ""} since ${since}${held}.${intro}\n${steps.join("\n")}`;
}

/** @throws UserError with what saves the data, when a claim of the stack is being deleted and that was not allowed by its name */
export function refuseTerminating(stack: Stack, allowed: readonly string[] = []): void {
  const items = list(stack, "namespaces,persistentvolumeclaims,persistentvolumes,pods");
  if (items === undefined) return;
  const of = <T>(kind: string) => items.filter((item) => item.kind === kind) as unknown as T[];
  const cluster: Cluster = {
    namespaces: of("Namespace"),
    claims: of("PersistentVolumeClaim"),
    volumes: of("PersistentVolume"),
    pods: of("Pod"),
  };
  const going = goingClaims(cluster).filter(({ claim }) => !allowed.includes(claim) && !allowed.includes(claim.split("/")[0]!));
  if (going.length === 0) return;
  const kubectl = ["kubectl", ...stack.cluster.kubectlArguments].join(" ");
  throw new UserError(
    `\nNothing was changed, because data is about to be lost:\n${going.map((one) => described(one, kubectl)).join("\n")}`,
  );
}
