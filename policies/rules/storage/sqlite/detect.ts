import { Field } from "../../../../kubernetes/objects/field";
import { Inventory } from "../../../core/inventory";
import { ObjectView } from "../../../core/object";
import { show } from "../../../../kubernetes/objects/text";
import { UnknownValue } from "../../../../kubernetes/objects/unknown";
import { ContainerView } from "../../../../kubernetes/objects/workload";
import { Variable, labelOf, literalVariables, mountedFiles, referencedVariables } from "./environment";
import {
  DEFAULTS_TO_SQLITE,
  Signal,
  bareFile,
  connection,
  inFile,
  mayHoldConnection,
  namesSqlite,
  withoutComments,
  words,
} from "./signals";
import { IMAGE, PROGRAM } from "./patterns";
import { Volume, mountOf, volumeNamed, writableMounts, writableVolumes } from "./volumes";

/** How sure the evidence is: `unknown` is a value that may be a SQLite connection and is not known yet. */
export type Certainty = "certain" | "hint" | "unknown";

/** A workload that owns a SQLite database (or says that it must be the only writer of its storage). */
export interface Owner {
  certainty: Certainty;
  /** What shows it, by names only, as `environment variable "DATABASE_URL" of container "web"`. */
  evidence: string;
  where: Field;
  /** Where the database lies, as far as that outlives a pod. */
  volumes: Volume[];
  /** It lies on a volume that is the pod's own and dies with it. */
  ephemeral?: boolean;
  /** A label says so: it counts whatever the volumes are. */
  declared?: boolean;
}

/** A workload with what it owns. */
export interface Owned {
  view: ObjectView;
  owner: Owner;
}

/** How sure it is, for messages about other objects. */
export function keepsSqlite({ certainty }: Owner): string {
  return { certain: "keeps SQLite", hint: "probably keeps SQLite", unknown: "may keep SQLite" }[certainty];
}

/**
 * Whether there is something to protect. A volume that dies with its pod has one writer anyway; a database outside of
 * every volume counts, since replicas would each answer from their own.
 */
export function lasts({ ephemeral, declared }: Owner): boolean {
  return !ephemeral || declared === true;
}

const KNOWN_IMAGES = new RegExp([IMAGE, ...DEFAULTS_TO_SQLITE.map(({ image }) => image.source)].join("|"));
const isProgram = new RegExp(PROGRAM);
const isSqliteImage = new RegExp(IMAGE);
const isLitefs = /^(?:\S*\/)?litefs$/;

interface Evidence extends Signal {
  what: string;
  where: Field;
  container?: ContainerView;
  certainty: Certainty;
  /** Only a path that looks like a database. */
  bare?: boolean;
  /** Anything may stand there: it counts only for who has storage that lasts. */
  faint?: boolean;
}

/**
 * Whether a workload owns a SQLite database. Alone an object shows its labels, literal variables, arguments and
 * images; with an inventory also what its ConfigMaps, Secrets and claims say.
 */
export function ownerOf(view: ObjectView, inventory?: Inventory): Owner | undefined {
  if (inventory) return findOwner(view, inventory);
  if (!KNOWN.has(view)) KNOWN.set(view, findOwner(view));
  return KNOWN.get(view);
}

/** What objects show by themselves; the check of each and the one across all of them ask for it. */
const KNOWN = new WeakMap<ObjectView, Owner | undefined>();

function findOwner(view: ObjectView, inventory?: Inventory): Owner | undefined {
  const containers = view.pod!.containers;
  const marked = mark(view) ?? (inventory && markedClaim(view, containers, inventory));
  const volumes = () => writableVolumes(view, containers);
  if (marked) return { certainty: "certain", evidence: marked.what, where: marked.where, volumes: volumes(), declared: true };
  const evidence = [
    ...containers.flatMap((container) => evidenceIn(container, view, inventory)),
    ...fileEvidence(view, containers, inventory),
  ].filter(({ memory }) => !memory);
  // Most workloads keep nothing: what follows is not theirs.
  if (evidence.length === 0) return undefined;
  const all = volumes();
  const found = evidence.flatMap((one) => located(view, one, all));
  const rank: Certainty[] = ["certain", "unknown", "hint"];
  return rank.flatMap((certainty) => together(found.filter((owner) => owner.certainty === certainty)))[0];
}

/** Storage that lasts speaks louder than storage that does not; every volume that holds a database counts. */
function together(owners: Owner[]): Owner[] {
  const loudest = owners.find(({ volumes }) => volumes.length > 0) ?? owners.find(({ ephemeral }) => !ephemeral) ?? owners[0];
  const volumes = new Map(owners.flatMap((owner) => owner.volumes.map((volume) => [volume.name, volume])));
  return loudest ? [{ ...loudest, volumes: [...volumes.values()] }] : [];
}

function located(view: ObjectView, evidence: Evidence, all: Volume[]): Owner[] {
  const { certainty, what, where, container, file, bare } = evidence;
  const owner = (volumes: Volume[], mounted: boolean): Owner[] => {
    if (evidence.faint && volumes.length === 0) return [];
    // Where nothing is known, nothing says that the database lies on the volume that dies with the pod.
    return [{ certainty, evidence: what, where, volumes, ephemeral: mounted && volumes.length === 0 && certainty !== "unknown" }];
  };
  const mounts = (container ? [container] : view.pod!.containers).some((one) => writableMounts(one).length > 0);
  const somewhere = () => owner(container ? writableVolumes(view, [container]) : all, mounts);
  if (!file || !container) return somewhere();
  const mount = mountOf(container, file);
  // Outside of every volume: the container's own layer, unless the path may be relative.
  if (!mount) return evidence.ambiguous ? somewhere() : owner([], false);
  if (mount.readOnly) return [];
  const volume = volumeNamed(view, mount.volume);
  const lasting = volume && volume.kind !== "ephemeral" ? [volume] : [];
  return bare && lasting.length === 0 ? [] : owner(lasting, true);
}

/** The label or annotation `<any prefix>/single-writer: "true"`, on the object or on its pods. */
function mark(view: ObjectView): { what: string; where: Field } | undefined {
  const maps = [view.labels, view.annotations, view.pod!.labels, view.pod!.annotations];
  const where = maps.flatMap((map) => markIn(map)).at(0);
  return where && { what: "the label single-writer", where };
}

function markIn(map: Field): Field[] {
  if (!map.exists) return [];
  return map
    .entries()
    .filter(([key, field]) => /(?:^|\/)single-writer$/.test(key) && field.isTrue())
    .map(([, field]) => field);
}

function markedClaim(
  view: ObjectView,
  containers: ContainerView[],
  inventory: Inventory,
): { what: string; where: Field } | undefined {
  const isMarked = (object: ObjectView) => markIn(object.labels).length + markIn(object.annotations).length > 0;
  for (const { claim, kind, field } of writableVolumes(view, containers)) {
    const object = claim === undefined ? undefined : inventory.find("/PersistentVolumeClaim", view.namespace, claim);
    if (kind === "claim" && claim === undefined && inventory.all("/PersistentVolumeClaim").some(isMarked)) {
      throw new UnknownValue(field.at("persistentVolumeClaim", "claimName").path);
    }
    if (object && isMarked(object)) return { what: `the label single-writer of its claim ${show(claim)}`, where: field };
  }
  return undefined;
}

function evidenceIn(container: ContainerView, view: ObjectView, inventory?: Inventory): Evidence[] {
  const variables = [...literalVariables(container), ...(inventory ? referencedVariables(container, view, inventory) : [])];
  const found = variables.flatMap((variable) => evidenceInVariable(variable, container));
  // A program with its database in memory may name the kind of database too.
  if (found.some(({ memory }) => memory) && !found.some(({ file }) => file)) return [];
  return [...found, ...evidenceInCommand(container), ...evidenceInImage(container, variables)];
}

function evidenceInVariable(variable: Variable, container: ContainerView): Evidence[] {
  const { name, value, field: where, from } = variable;
  const what = () => `environment variable ${show(name)} of ${container.label}${from ? `, from ${from}` : ""}`;
  if (value === undefined) {
    const how = mayHoldConnection(name);
    return how === "hardly" ? [] : [{ what: what(), where, container, certainty: "unknown", faint: how === "perhaps" }];
  }
  const signal = connection(value) ?? namesSqlite(name, value) ?? databaseFile(value, container);
  return signal ? [{ ...signal, what: what(), where, container, certainty: "certain" }] : [];
}

function evidenceInCommand(container: ContainerView): Evidence[] {
  const lists = ["command", "args"].map((key) => container.field.at(key));
  return lists.flatMap((list) =>
    list.items().flatMap((where): Evidence[] => {
      const what = `the command line of ${container.label}`;
      if (where.unknown) return [{ what, where, container, certainty: "unknown", faint: true }];
      const tokens = words(where.scalar() ?? "");
      const signals: Signal[] = tokens.flatMap((word) => connection(word) ?? databaseFile(word, container) ?? []);
      if (signals.length === 0 && tokens.some((word) => isProgram.test(word))) signals.push({});
      if (signals.length === 0 && tokens.some((word) => isLitefs.test(word))) {
        return [{ what, where, container, certainty: "hint" }];
      }
      return signals.map((signal) => ({ ...signal, what, where, container, certainty: "certain" }));
    }),
  );
}

function evidenceInImage(container: ContainerView, variables: Variable[]): Evidence[] {
  const where = container.field.at("image");
  const what = `the image of ${container.label}`;
  if (where.unknown) return [{ what, where, container, certainty: "unknown", faint: true }];
  const image = (where.text() ?? "").slice(0, 500);
  if (!KNOWN_IMAGES.test(image)) return [];
  if (isSqliteImage.test(image)) return [{ what, where, container, certainty: "certain" }];
  const usual = DEFAULTS_TO_SQLITE.find((program) => program.image.test(image));
  if (!usual || variables.some(({ name }) => usual.unless.test(name))) return [];
  return [{ what, where, container, certainty: "hint" }];
}

function fileEvidence(view: ObjectView, containers: ContainerView[], inventory?: Inventory): Evidence[] {
  if (!inventory) return [];
  return mountedFiles(view, inventory).flatMap(({ volume, object, field, text }): Evidence[] => {
    const reader = containers.find((container) =>
      container.field
        .at("volumeMounts")
        .items()
        .some((mount) => mount.at("name").text() === volume),
    );
    if (!reader) return [];
    const about = { what: `a file from ${labelOf(object)}`, where: field, container: reader };
    if (text === undefined) return [{ ...about, certainty: "unknown", faint: true }];
    const signal = inFile(text) ?? pathsIn(text, reader);
    return signal ? [{ ...signal, ...about, certainty: "certain" }] : [];
  });
}

/** The first database file that a configuration file names. */
function pathsIn(text: string, container: ContainerView): Signal | undefined {
  const paths = withoutComments(text).match(/(?<=["'\s=])\/[^\s"']{1,500}\.(?:db3?|sqlite3?)(?=["'\s,;]|$)/gi) ?? [];
  return paths.map((path) => databaseFile(path, container)).find((signal) => signal !== undefined);
}

/** A path alone says something only where it lies on a volume. */
function databaseFile(text: string, container: ContainerView): (Signal & { bare: true }) | undefined {
  const file = bareFile(text);
  return file && mountOf(container, file) ? { file, bare: true } : undefined;
}
