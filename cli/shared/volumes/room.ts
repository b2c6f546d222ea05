/** What a file system has room for, as df and the kubelet tell it. Pure. */

export interface Room {
  /** What df calls the file system; the kubelet has no name for it. */
  device?: string;
  /** Of the whole, with what a file system keeps for root. */
  sizeBytes: number;
  usedBytes: number;
  /** What is left for programs. */
  freeBytes: number;
}

/** `df -Pk PATH...`: one for each path, in their order; undefined where it is not that. */
export function parseDf(text: string, paths: number): Room[] | undefined {
  const rooms = text.split("\n").flatMap((line): Room[] => {
    const [, device, ...figures] = /^(.*?)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(?:\d+%|-)\s+\//.exec(line) ?? [];
    const [sizeBytes, usedBytes, freeBytes] = figures.map((kib) => Math.max(0, Number(kib)) * 1024);
    return freeBytes === undefined ? [] : [{ device, sizeBytes: sizeBytes!, usedBytes: usedBytes!, freeBytes }];
  });
  return rooms.length === paths ? rooms : undefined;
}

interface Figures {
  capacityBytes?: number;
  usedBytes?: number;
  availableBytes?: number;
}

/** The part of the kubelet's answer to `/stats/summary` that is read here. */
export interface Summary {
  node?: { fs?: Figures };
  pods?: Array<{ volume?: Array<Figures & { pvcRef?: { namespace: string; name: string } }> }>;
}

function roomOf({ capacityBytes, usedBytes, availableBytes }: Figures = {}): Room | undefined {
  if (!capacityBytes || usedBytes === undefined || availableBytes === undefined) return undefined;
  return { sizeBytes: capacityBytes, usedBytes, freeBytes: availableBytes };
}

/** Whether two answers are about one file system of a node, of which each knows what its asker can see; something is written meanwhile. */
export function isSame(one: Room, other: Room): boolean {
  if (one.sizeBytes !== other.sizeBytes) return false;
  if (one.device !== undefined && other.device !== undefined && one.device !== other.device) return false;
  return Math.abs(one.freeBytes - other.freeBytes) < one.sizeBytes / 50;
}

/** The disk of a node, where the kubelet keeps what is its own. */
export const diskOf = ({ node }: Summary): Room | undefined => roomOf(node?.fs);

/** Claims by `namespace/name`. The kubelet has no figures of volumes that are folders of the node, as local-path makes them. */
export function claimsOf({ pods = [] }: Summary): Map<string, Room> {
  const found = new Map<string, Room>();
  for (const { pvcRef, ...figures } of pods.flatMap(({ volume = [] }) => volume)) {
    const room = roomOf(figures);
    if (pvcRef !== undefined && room !== undefined) found.set(`${pvcRef.namespace}/${pvcRef.name}`, room);
  }
  return found;
}

/** Below these there is too little: a tenth, where that is not plenty, or a twentieth, at which the kubelet of K3s ends pods. */
const LEAST = { share: 0.1, plentyBytes: 20 * 2 ** 30, hardShare: 0.05, bytes: 2 ** 20 };

export type Verdict = "enough" | "little" | "full";

const usable = ({ usedBytes, freeBytes }: Room) => usedBytes + freeBytes;

export function verdictOn(room: Room): Verdict {
  const { freeBytes } = room;
  if (freeBytes < LEAST.bytes) return "full";
  const share = freeBytes / usable(room);
  return share < LEAST.hardShare || (share < LEAST.share && freeBytes < LEAST.plentyBytes) ? "little" : "enough";
}

/** `38 % of 98 GiB used`, as df counts it, with what is free where that is little. */
export function fillOf(room: Room): string {
  const { freeBytes } = room;
  const used = `${usedPercent(room)} % of ${bytes(usable(room))} used`;
  const verdict = verdictOn(room);
  if (verdict === "enough") return used;
  if (verdict === "little") return `${used}, ${bytes(freeBytes)} free`;
  return `full: ${bytes(freeBytes)} of ${bytes(usable(room))} free, so what writes there fails; reading goes on`;
}

export const usedPercent = (room: Room) => Math.floor((room.usedBytes / usable(room)) * 100);

/** `1.5 GiB`, for people. */
export function bytes(count: number): string {
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let [value, unit] = [count / 1024, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value < 10 && unit > 0 ? Number(value.toFixed(1)) : Math.round(value)} ${units[unit]}`;
}
