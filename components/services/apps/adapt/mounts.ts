import type { Container, PodTemplate, Volume } from "./objects";

/* Where in a pod a database lies. Pure. */

export type Mount = NonNullable<Container["volumeMounts"]>[number] & { subPathExpr?: string };

/** A container, and for each path the mount that holds it. */
export interface Place {
  container: Container;
  mounts: Mount[];
}

function pathOf({ mountPath = "" }: Mount): string {
  return mountPath.replace(/\/+$/, "");
}

/** Of a container's mounts the one in which a path lies: mounts nest, so the longest. */
export function mountOf({ volumeMounts }: Container, path: string): Mount | undefined {
  const holding = (volumeMounts ?? []).filter((mount) => mount.mountPath !== undefined && path.startsWith(`${pathOf(mount)}/`));
  return holding.sort((a, b) => pathOf(b).length - pathOf(a).length)[0];
}

/**
 * The container that has all these paths on volumes that `wanted` takes, by their longest mounts; of several containers
 * the one whose mount is deepest, which is the one that means the database.
 */
export function placeOf({ spec }: PodTemplate, paths: readonly string[], wanted: (volume: string) => boolean): Place | undefined {
  const places = spec.containers.flatMap((container): Place[] => {
    const mounts = paths.map((path) => mountOf(container, path));
    return mounts.every((mount) => mount !== undefined && wanted(mount.name)) ? [{ container, mounts: mounts as Mount[] }] : [];
  });
  const depth = ({ mounts }: Place) => Math.max(0, ...mounts.map((mount) => pathOf(mount).length));
  return places.sort((a, b) => depth(b) - depth(a))[0];
}

/** `data at /app and /app/data`, for messages. */
export function mountPaths({ spec }: PodTemplate, volume: string): string {
  const all = spec.containers.flatMap(({ volumeMounts }) => (volumeMounts ?? []).filter(({ name }) => name === volume));
  return [...new Set(all.map(({ mountPath }) => mountPath).filter(Boolean))].join(" and ") || "no path";
}

/** Volumes that hold settings, and no files of a program. */
const SETTINGS: readonly (keyof Volume)[] = ["configMap", "secret", "projected", "downwardAPI"];

/**
 * What a container beside the program has to mount in order to see its files at the same paths: all of its storage, with
 * the rights that the program has. Taking some away would keep a mount inside of another from finding its place.
 */
export function mountsBeside(template: PodTemplate, { volumeMounts }: Container): Mount[] {
  const storage = (volumeMounts ?? []).filter(({ name }) => {
    const volume = template.spec.volumes?.find((one) => one.name === name);
    return volume === undefined || !SETTINGS.some((kind) => volume[kind] !== undefined && volume[kind] !== null);
  });
  return storage.map((mount) => ({ ...mount }));
}
