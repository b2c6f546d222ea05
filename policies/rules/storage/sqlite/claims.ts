/** What an owner's claims show: who else writes to them, what they are, what lies behind them, whether somebody takes copies. */
import { Field } from "../../../../kubernetes/objects/field";
import { Finding, advice, attempt, finding } from "../../../../kubernetes/objects/finding";
import { Inventory, sameNamespace } from "../../../core/inventory";
import { ObjectView, describe } from "../../../core/object";
import { CrossFinding, at } from "../../../core/policy";
import { show } from "../../../../kubernetes/objects/text";
import { UnknownValue } from "../../../../kubernetes/objects/unknown";
import { ContainerView } from "../../../../kubernetes/objects/workload";
import type { SqliteParams } from "./params";
import { checkAccessModes, checkClass, weigh } from "./alone";
import { Certainty, Owned, keepsSqlite } from "./detect";
import { PROGRAM } from "./patterns";
import { words } from "./signals";
import { isNetworkDriver, isNetworkSource, writableVolumes } from "./volumes";

/** Other workloads that write to an owner's claim; each claim is looked at once, first for the owners that are certain. */
export function* checkSharing(owned: Owned[], workloads: ObjectView[], params: SqliteParams): Iterable<CrossFinding> {
  const holders = owned.filter(({ owner }) => owner.volumes.some(({ claim }) => claim !== undefined));
  if (holders.length === 0) return;
  const { writers, unseen } = writersOf(workloads);
  for (const { view, findings } of unseen) {
    if (!holders.some((holder) => holder.view !== view && sameNamespace(holder.view.namespace, view.namespace))) continue;
    for (const found of findings) yield { ...found, object: view };
  }
  const certainFirst = [...holders].sort((a, b) => RANK.indexOf(a.owner.certainty) - RANK.indexOf(b.owner.certainty));
  const claims = new Map<string, Held[]>();
  for (const { view, owner } of certainFirst) {
    for (const { claim, field } of owner.volumes) {
      if (claim === undefined) continue;
      const key = claimKey(view, claim);
      claims.set(key, [...(claims.get(key) ?? []), { view, owner, claim, field }]);
    }
  }
  for (const [key, held] of claims) {
    const { owner, claim, field } = held[0]!;
    const program = programOf(held, writers.get(key) ?? []);
    const others = (writers.get(key) ?? []).filter((other) => !sameObject(other, program));
    for (const other of others) {
      const message = `writes to the claim ${show(claim)}, which ${describe(program)} ${keepsSqlite(owner)} on`;
      const fix = "mount it readOnly, give it a claim of its own, or reach the data through the owner's API";
      yield { ...weigh(owner, finding("spec", message, fix)), object: other };
    }
    if (params.adviseBackup && owner.certainty === "certain" && !copied(program, claim, workloads)) {
      const message = `keeps SQLite on the claim ${show(claim)}, of which nobody takes copies`;
      const fix = "let litestream or sqlite3 run beside it, or a CronJob mount the claim readOnly";
      yield { ...advice(field, message, fix), object: program };
    }
  }
}

const isProgram = new RegExp(PROGRAM);

const RANK: Certainty[] = ["certain", "unknown", "hint"];

/** A workload with evidence of a database, and a claim on which that lies. */
interface Held extends Owned {
  claim: string;
  field: Field;
}

/**
 * Whose database it is, of those that write to its claim. A job that names the file copies it and ends; the program is what runs
 * all the time, whether its own words show the database or only those of the job. Else the surest evidence counts.
 */
function programOf(held: readonly Held[], writers: readonly ObjectView[]): ObjectView {
  const evident = held.map(({ view }) => view);
  const running = [...evident, ...writers].filter((view) => !endsByItself(view));
  const shown = running.find((view) => evident.includes(view));
  return shown ?? running.find(serves) ?? running[0] ?? evident[0]!;
}

export function endsByItself({ kind }: ObjectView): boolean {
  return kind === "Job" || kind === "CronJob";
}

function serves(view: ObjectView): boolean {
  let ports = false;
  attempt(() => {
    ports = view.pod!.containers.some(({ field }) => field.at("ports").items().length > 0);
    return undefined;
  });
  return ports;
}

export interface Writers {
  writers: Map<string, ObjectView[]>;
  /** Workloads of which it is not known what they write to. */
  unseen: { view: ObjectView; findings: readonly Finding[] }[];
}

export function writersOf(workloads: ObjectView[]): Writers {
  const found: Writers = { writers: new Map(), unseen: [] };
  for (const view of workloads) {
    const findings = attempt(() => {
      if (view.pod!.volumes.length === 0 && view.kind !== "StatefulSet") return undefined;
      for (const { claim, kind, field } of writableVolumes(view, view.pod!.containers)) {
        if (claim !== undefined) {
          const key = claimKey(view, claim);
          found.writers.set(key, [...(found.writers.get(key) ?? []), view]);
        } else if (kind === "claim") {
          throw new UnknownValue(field.at("persistentVolumeClaim", "claimName").path);
        }
      }
      return undefined;
    });
    if (findings.length > 0) found.unseen.push({ view, findings });
  }
  return found;
}

export function claimKey(view: ObjectView, claim: string): string {
  return `${view.namespace || "default"}/${claim}`;
}

export function sameObject(a: ObjectView, b: ObjectView): boolean {
  return a === b || (a.type === b.type && a.name === b.name && sameNamespace(a.namespace, b.namespace));
}

/** Whether a program for copies runs beside the database, or another workload reads the claim. What is not known counts as yes. */
function copied(view: ObjectView, claim: string, workloads: ObjectView[]): boolean {
  const near = workloads.filter((other) => sameNamespace(other.namespace, view.namespace));
  return near.some((other) => {
    let copies = true;
    attempt(() => {
      copies = sameObject(other, view) ? other.pod!.containers.some(makesCopies) : mounts(other, claim);
      return undefined;
    });
    return copies;
  });
}

/** Whether a container runs a program that copies databases as databases. A file may be called after one. */
export function makesCopies({ field }: ContainerView): boolean {
  if (/\b(?:litestream|sqlite3)\b/.test((field.at("image").text() ?? "").slice(0, 500))) return true;
  const lines = [...field.at("command").texts(), ...field.at("args").texts()];
  return words(lines.join(" ").slice(0, 20_000)).some((word) => isProgram.test(word.replace(/[;&|()]+/g, "")));
}

function mounts(view: ObjectView, claim: string): boolean {
  return view.pod!.volumes.some((field) => field.at("persistentVolumeClaim", "claimName").text() === claim);
}

/** Access modes, storage class and volume of an owner's claims, as far as the claims are among the objects. */
export function* checkClaims({ view, owner }: Owned, inventory: Inventory, params: SqliteParams): Iterable<CrossFinding> {
  const prefix = `holds the SQLite database of ${describe(view)} and is`;
  for (const { claim } of owner.volumes) {
    if (claim === undefined) continue;
    let object: ObjectView | undefined;
    // Not found because its name is not known yet: that is said of the object itself.
    attempt(() => {
      object = inventory.find("/PersistentVolumeClaim", view.namespace, claim);
      return undefined;
    });
    for (const part of object ? [checkAccessModes, checkClass, behind(inventory)] : []) {
      yield* at(object!, () => [...attempt(() => part(object!.spec, prefix, params))].map((found) => weigh(owner, found)));
    }
  }
}

/** What the storage class and the volume say when they are among the objects, whatever they are called. */
function behind(inventory: Inventory) {
  return function* (claim: Field, prefix: string, { networkStorageClasses }: SqliteParams): Iterable<Finding> {
    const fix = "use a class with local or block storage";
    const [className, volumeName] = [claim.at("storageClassName"), claim.at("volumeName")];
    const storage = className.text() && inventory.find("storage.k8s.io/StorageClass", "", className.text()!);
    const volume = volumeName.text() && inventory.find("/PersistentVolume", "", volumeName.text()!);
    const named = new RegExp(networkStorageClasses, "i").test(className.text() ?? "");
    if (storage && !named && isNetworkDriver(storage.root.at("provisioner").text() ?? "")) {
      yield finding(
        className,
        `${prefix} of a class whose provisioner makes network file systems, whose locks SQLite cannot trust`,
        fix,
      );
    }
    if (volume && isNetworkSource(volume.spec)) {
      yield finding(volumeName, `${prefix} bound to a network file system, whose locks SQLite cannot trust`, fix);
    }
  };
}
