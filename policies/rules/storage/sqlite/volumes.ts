import { Field } from "../../../../kubernetes/objects/field";
import { ObjectView } from "../../../core/object";
import { ContainerView } from "../../../../kubernetes/objects/workload";

export type VolumeKind = "claim" | "own claim" | "host path" | "device" | "network" | "ephemeral";

/** A volume of a pod that some container may write to. */
export interface Volume {
  name: string;
  kind: VolumeKind;
  field: Field;
  /** Name of the PersistentVolumeClaim, for `claim` and `own claim`; undefined while it is not known. */
  claim?: string;
  /** The template of the claim, for `own claim` (one per pod: StatefulSets and generic ephemeral volumes). */
  template?: Field;
}

/** Disks that a node attaches: what lies there outlives the pod. */
export const DEVICE_SOURCES = [
  "awsElasticBlockStore",
  "azureDisk",
  "cinder",
  "fc",
  "flexVolume",
  "gcePersistentDisk",
  "iscsi",
  "portworxVolume",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];
export const NETWORK_SOURCES = ["nfs", "cephfs", "glusterfs", "azureFile", "quobyte"];
/** A regular expression without regard to case; CEL reads it too. */
export const NETWORK_DRIVERS = "(?:^|[./-])(?:nfs|smb|cifs|cephfs|efs|gluster|azure-?file|file\\.csi\\.azure)";
const networkDriver = new RegExp(NETWORK_DRIVERS, "i");

/** The volume of a pod by its name. */
export function volumeNamed(view: ObjectView, name: string): Volume | undefined {
  const template = view.spec
    .at("volumeClaimTemplates")
    .items()
    .find((item) => item.at("metadata", "name").text() === name);
  if (template && view.kind === "StatefulSet") {
    const claim = `${name}-${view.name}-${view.spec.at("ordinals", "start").number() ?? 0}`;
    return { name, kind: "own claim", field: template, claim, template: template.at("spec") };
  }
  const field = view.pod!.volumes.find((item) => item.at("name").text() === name);
  return field && { name, field, ...sourceOf(field) };
}

function sourceOf(field: Field): { kind: VolumeKind; claim?: string; template?: Field } {
  const claim = field.at("persistentVolumeClaim");
  if (claim.exists) {
    if (claim.at("readOnly").isTrue()) return { kind: "ephemeral" };
    const name = claim.at("claimName");
    return { kind: "claim", claim: name.unknown ? undefined : (name.text() ?? "") };
  }
  const template = field.at("ephemeral", "volumeClaimTemplate", "spec");
  // It dies with its pod, and no other pod ever sees it.
  if (template.exists) return { kind: "ephemeral" };
  if (field.at("hostPath").exists) return { kind: "host path" };
  if (isNetworkSource(field)) return { kind: "network" };
  return { kind: DEVICE_SOURCES.some((source) => field.at(source).exists) ? "device" : "ephemeral" };
}

/** Whether a volume of a pod, or the `spec` of a PersistentVolume, is a network file system. */
export function isNetworkSource(field: Field): boolean {
  return NETWORK_SOURCES.some((source) => field.at(source).exists) || isNetworkDriver(field.at("csi", "driver").text() ?? "");
}

/** Whether a driver or a provisioner makes volumes on network file systems, by its name. */
export function isNetworkDriver(name: string): boolean {
  return networkDriver.test(name);
}

/** The mounts of a container that it may write to, with absolute paths without a slash at the end. */
export function writableMounts(container: ContainerView): { path: string; volume: string }[] {
  return container.field
    .at("volumeMounts")
    .items()
    .flatMap((mount) => {
      if (mount.at("readOnly").isTrue()) return [];
      const path = mount.at("mountPath").text();
      const volume = mount.at("name").text();
      return path && volume ? [{ path: path.replace(/\/+$/, ""), volume }] : [];
    });
}

/** All mounts, the read-only ones too: a file under one of those is written by nobody here. */
export function mountOf(container: ContainerView, file: string): { volume: string; readOnly: boolean } | undefined {
  let best: { volume: string; readOnly: boolean; length: number } | undefined;
  for (const mount of container.field.at("volumeMounts").items()) {
    const path = (mount.at("mountPath").text() ?? "").replace(/\/+$/, "");
    const inside = file === path || file.startsWith(`${path}/`);
    if (!inside || (best && best.length >= path.length)) continue;
    best = { volume: mount.at("name").text() ?? "", readOnly: mount.at("readOnly").isTrue(), length: path.length };
  }
  return best;
}

/** Every volume that outlives a pod and that some container of it may write to. */
export function writableVolumes(view: ObjectView, containers: ContainerView[]): Volume[] {
  const names = new Set(containers.flatMap((container) => writableMounts(container).map(({ volume }) => volume)));
  return [...names].flatMap((name) => volumeNamed(view, name) ?? []).filter(({ kind }) => kind !== "ephemeral");
}
