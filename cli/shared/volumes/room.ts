/** What a file system has room for, as df and the kubelet tell it. Pure. */

export interface Room {
  sizeBytes: number;
  /** What is left for programs: without what a file system keeps for root. */
  freeBytes: number;
}

/** `df -Pk PATH...`: one for each path, in their order; undefined where it is not that. */
export function parseDf(text: string, paths: number): Room[] | undefined {
  const rooms = text.split("\n").flatMap((line): Room[] => {
    const [, size, free] = /\s(\d+)\s+\d+\s+(-?\d+)\s+(?:\d+%|-)\s+\//.exec(line) ?? [];
    return size === undefined ? [] : [{ sizeBytes: Number(size) * 1024, freeBytes: Math.max(0, Number(free)) * 1024 }];
  });
  return rooms.length === paths ? rooms : undefined;
}

interface Figures {
  capacityBytes?: number;
  availableBytes?: number;
}

/** The part of the kubelet's answer to `/stats/summary` that is read here. */
export interface Summary {
  node?: { fs?: Figures };
  pods?: Array<{ volume?: Array<Figures & { pvcRef?: { namespace: string; name: string } }> }>;
}

const roomOf = ({ capacityBytes, availableBytes }: Figures = {}): Room | undefined =>
  capacityBytes && availableBytes !== undefined ? { sizeBytes: capacityBytes, freeBytes: availableBytes } : undefined;

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

export function verdictOn({ sizeBytes, freeBytes }: Room): Verdict {
  if (freeBytes < LEAST.bytes) return "full";
  const share = freeBytes / sizeBytes;
  return share < LEAST.hardShare || (share < LEAST.share && freeBytes < LEAST.plentyBytes) ? "little" : "enough";
}

/** `38 % of 98 GiB used`, with what is free where that is little. */
export function fillOf(room: Room): string {
  const { sizeBytes, freeBytes } = room;
  const used = `${usedPercent(room)} % of ${bytes(sizeBytes)} used`;
  const verdict = verdictOn(room);
  if (verdict === "enough") return used;
  if (verdict === "little") return `${used}, ${bytes(freeBytes)} free`;
  return `full: ${bytes(freeBytes)} of ${bytes(sizeBytes)} free, so what writes there fails; reading goes on`;
}

export const usedPercent = ({ sizeBytes, freeBytes }: Room) => Math.floor((1 - freeBytes / sizeBytes) * 100);

/** `1.5 GiB`, for people. */
export function bytes(count: number): string {
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let [value, unit] = [count / 1024, 0];
  while (value >= 1024 && unit < units.length - 1) [value, unit] = [value / 1024, unit + 1];
  return `${value < 10 && unit > 0 ? Number(value.toFixed(1)) : Math.round(value)} ${units[unit]}`;
}
