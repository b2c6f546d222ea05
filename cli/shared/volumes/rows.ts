/** How full the volumes of a stack are, as rows of `npm run health`. Pure. */
import { roomOf as roomForCopies } from "../copies/status";
import { fillOf, isSame, usedPercent, verdictOn, type Room } from "./room";

/** A claim of a stack that a pod uses. */
export interface UsedClaim {
  /** `namespace/name`. */
  name: string;
  /** Of the pod that uses it. */
  node: string;
  storageClass: string;
  /** Its volume is a folder of the node, which has the size of the disk, whatever the claim asks for. */
  folder: boolean;
  /** Undefined where neither the kubelet nor a program in a pod tells it. */
  room?: Room;
  /** What makes room on it, where that is known. */
  remedy?: string;
}

/** What `npm run health -- --json` holds of a volume beside what every row has. */
export interface VolumeFill extends Omit<Room, "device"> {
  /** Claims that lie on it, as `namespace/name`. */
  claims: string[];
  usedPercent: number;
}

export interface VolumeRow {
  name: "disk" | "volume";
  url: string;
  healthy: boolean;
  detail: string;
  volume?: VolumeFill;
}

interface Place {
  /** Whose disk it is, if it is one. */
  disk?: string;
  /** On which folders may lie. */
  node?: string;
  room: Room;
  claims: UsedClaim[];
}

/** One row for each disk of a node and each volume; claims that are folders of one disk share its row. */
export function volumeRows(claims: readonly UsedClaim[], disks: ReadonlyMap<string, Room>): VolumeRow[] {
  const places: Place[] = [...disks].map(([node, room]) => ({ disk: node, node, room, claims: [] }));
  for (const claim of claims) {
    const { room, node, folder } = claim;
    if (room === undefined) continue;
    const place = folder ? places.find((one) => one.node === node && isSame(one.room, room)) : undefined;
    if (place === undefined) places.push({ ...(folder && { node }), room, claims: [claim] });
    else place.claims.push(claim);
  }
  return [...places.map(rowOf), ...unknown(claims)];
}

function rowOf({ disk: node, room, claims }: Place): VolumeRow {
  const names = claims.map(({ name }) => name);
  const { sizeBytes, usedBytes, freeBytes } = room;
  const verdict = verdictOn(room);
  const shared = claims.some(({ folder }) => folder) ? sharing(node, claims) : "";
  return {
    name: node === undefined ? "volume" : "disk",
    url: node === undefined ? names.join(", ") : `node ${node}`,
    healthy: verdict === "enough",
    detail: `${fillOf(room)}${shared}${verdict === "enough" ? "" : `: ${remedies(node, claims)}`}`,
    volume: { claims: names, usedPercent: usedPercent(room), sizeBytes, usedBytes, freeBytes },
  };
}

function sharing(node: string | undefined, claims: UsedClaim[]): string {
  const classes = [...new Set(claims.map(({ storageClass }) => storageClass))].join(", ");
  const one = claims.length === 1;
  if (node === undefined && one) return ` (${classes} keeps a claim to no size)`;
  return ` (${one ? "a claim lies" : `${claims.length} claims lie`} on it, and ${classes} keeps ${one ? "it" : "them"} to no size)`;
}

function remedies(node: string | undefined, claims: UsedClaim[]): string {
  const known = claims.filter(({ remedy }) => remedy !== undefined);
  const each = known.map(({ name, remedy }) => (claims.length === 1 ? remedy! : `${name}: ${remedy}`));
  if (node !== undefined) return ["free space on the node, which ends pods when it has none", ...each].join("; ");
  return each.length > 0 ? each.join("; ") : "delete what nobody needs there, or give it a larger claim";
}

function unknown(claims: readonly UsedClaim[]): VolumeRow[] {
  const names = claims.filter(({ room }) => room === undefined).map(({ name }) => name);
  if (names.length === 0) return [];
  const detail = "its fill is not known: neither the kubelet nor `df` in a running container of it tells it";
  return names.map((url) => ({ name: "volume", url, healthy: true, detail }));
}

/** MiniStack 1.5.33 answers 200 to what it cannot write, and has it until its end. */
const EMULATOR =
  "delete objects that nobody needs, or give `localstack.storage` a larger claim; what the emulator takes but cannot write is lost at its next restart";

/** What makes room on the claims that the platform knows the meaning of, by `namespace/name`. */
export function remediesOf(
  databases: readonly { namespace: string; claim: string; backups?: string }[],
  { registry, emulator }: { registry?: { claim: string; freeUploads: string }; emulator?: string },
): Map<string, string> {
  const known = new Map<string, string>();
  if (emulator !== undefined) known.set(emulator, EMULATOR);
  if (registry !== undefined) {
    known.set(
      registry.claim,
      `free what broken-off pushes left (${registry.freeUploads}), or give \`registry.storage\` a larger claim`,
    );
  }
  for (const { namespace, claim, backups } of databases) {
    known.set(`${namespace}/${claim}`, roomForCopies("database"));
    if (backups !== undefined) known.set(`${namespace}/${backups}`, roomForCopies("copies"));
  }
  return known;
}
