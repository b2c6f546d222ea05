import { Field } from "../../../../kubernetes/objects/field";
import { Finding, advice, attempt, each, finding, unverifiable } from "../../../../kubernetes/objects/finding";
import { ObjectView } from "../../../core/object";
import { show } from "../../../../kubernetes/objects/text";
import type { SqliteParams } from "./params";
import { Owner, lasts } from "./detect";

/** What a workload that owns a database shows by itself: replicas, strategy, kind, kind of volume, time to stop. */
export function* checkOwner(view: ObjectView, owner: Owner, params: SqliteParams): Iterable<Finding> {
  if (owner.certainty === "certain" && owner.volumes.length === 0 && !owner.declared && !onlyReads(view)) yield lost(owner);
  if (!lasts(owner) || (owner.certainty === "hint" && owner.volumes.length === 0)) return;
  const why = reason(owner);
  const parts = [checkKind, checkReplicas, checkStrategy, checkVolumes, checkGrace];
  for (const found of each(parts, (part) => part(view, owner, params))) yield weighed(found, owner, why);
}

/** A run that reads somebody else's storage, for a copy, keeps nothing itself. */
function onlyReads(view: ObjectView): boolean {
  if (view.kind !== "Job" && view.kind !== "CronJob") return false;
  return view.pod!.containers.some(({ field }) =>
    field
      .at("volumeMounts")
      .items()
      .some((mount) => mount.at("readOnly").isTrue()),
  );
}

function lost(owner: Owner): Finding {
  return advice(
    owner.where,
    `keeps SQLite in storage that is lost with the pod (${owner.evidence})`,
    "mount a claim where the database lies, if it has to survive",
  );
}

function reason({ certainty, evidence, declared }: Owner): string {
  if (certainty === "unknown") return `may keep SQLite (${evidence} is not known before the deployment)`;
  if (certainty === "hint") return `probably keeps SQLite (${evidence} does so unless told otherwise)`;
  return declared ? `must have a single writer (${evidence})` : `keeps SQLite (${evidence})`;
}

function weighed(found: Finding, owner: Owner, why: string): Finding {
  return weigh(owner, found.unverifiable ? found : { ...found, message: `${why} ${found.message}` });
}

/** What is found about an owner that may be none is no more than the evidence. */
export function weigh({ certainty }: Owner, found: Finding): Finding {
  if (certainty === "certain" || found.unverifiable || found.advice) return found;
  return { ...found, ...(certainty === "hint" ? { advice: true } : { unverifiable: true }) };
}

function* checkKind(view: ObjectView, owner: Owner): Iterable<Finding> {
  const { kind, spec } = view;
  const runs = kind === "Job" || kind === "CronJob";
  // Each run of a job has a database of its own where no volume holds it.
  if (runs && owner.volumes.length === 0 && !owner.declared) return;
  if (kind === "DaemonSet" || kind === "ReplicaSet" || kind === "ReplicationController" || kind === "Job") {
    const how = kind === "DaemonSet" ? "runs one pod on each node" : "starts a new pod beside one that is still stopping";
    yield finding(
      "kind",
      `in a ${kind}, which ${how}`,
      "use a Deployment with strategy Recreate, or a StatefulSet, with one replica",
    );
  }
  if (kind === "CronJob" && spec.at("concurrencyPolicy").text() !== "Forbid") {
    yield finding(spec.at("concurrencyPolicy"), "in a CronJob whose runs may overlap", "set concurrencyPolicy: Forbid");
  }
}

const SCALED = ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];

function* checkReplicas(view: ObjectView): Iterable<Finding> {
  const replicas = view.spec.at("replicas");
  const count = SCALED.includes(view.kind) ? replicas.number() : undefined;
  if (count !== undefined && count > 1) {
    yield finding(replicas, `and runs ${count} replicas: SQLite has one writer`, "set replicas: 1");
  }
}

function* checkStrategy(view: ObjectView): Iterable<Finding> {
  if (view.kind !== "Deployment") return;
  const strategy = view.spec.at("strategy");
  if (strategy.at("type").text() === "Recreate" || (view.patch && !strategy.exists)) return;
  if (/^0%?$/.test(strategy.at("rollingUpdate", "maxSurge").scalar() ?? "")) {
    yield advice(
      strategy,
      "with a rolling update that surges by none: the old pod may still be stopping when the new one starts",
      "set strategy: {type: Recreate}",
    );
    return;
  }
  yield finding(strategy, "and updates by RollingUpdate: two pods write during every update", "set strategy: {type: Recreate}");
}

function* checkVolumes(_view: ObjectView, owner: Owner, params: SqliteParams): Iterable<Finding> {
  yield* each(owner.volumes, function* (volume) {
    if (volume.kind === "claim" && volume.claim === undefined) {
      const name = volume.field.at("persistentVolumeClaim", "claimName");
      const message = `cannot be verified: which claim the volume ${show(volume.name)} is, and who else writes to it, is not known before the deployment`;
      yield unverifiable(name, message, "make the claim's name known at preview");
    }
    if (volume.kind === "network") {
      yield finding(
        volume.field,
        `on the network volume ${show(volume.name)}, whose locks SQLite cannot trust`,
        "use a local volume through a ReadWriteOnce claim",
      );
    }
    if (volume.template) {
      const on = `on the claim template ${show(volume.name)}, which is`;
      yield* attempt(() => checkAccessModes(volume.template!, on));
      yield* attempt(() => checkClass(volume.template!, on, params));
    }
  });
}

/** `spec` is that of a claim or of a claim's template. */
export function checkClass(spec: Field, prefix: string, { networkStorageClasses }: SqliteParams): Finding | undefined {
  const field = spec.at("storageClassName");
  const name = field.text();
  if (!name || !new RegExp(networkStorageClasses, "i").test(name)) return undefined;
  return finding(
    field,
    `${prefix} of the storage class ${show(name)}, a network file system whose locks SQLite cannot trust`,
    "use a class with local or block storage",
  );
}

/** `spec` is that of a claim or of a claim's template. */
export function* checkAccessModes(spec: Field, prefix: string): Iterable<Finding> {
  const modes = spec.at("accessModes");
  const shared = modes.texts().find((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany");
  if (shared) {
    yield finding(
      modes,
      `${prefix} ${shared}`,
      "make a new claim with accessModes: [ReadWriteOncePod] (or ReadWriteOnce) and move the data; access modes cannot be changed in place",
    );
  }
}

/** What Kubernetes gives a pod where nothing is said (core/v1 PodSpec). */
const USUAL_GRACE = 30;

function* checkGrace(view: ObjectView, _owner: Owner, { minGraceSeconds }: SqliteParams): Iterable<Finding> {
  const grace = view.pod!.spec.at("terminationGracePeriodSeconds");
  // The clock runs from before the hook on: the program itself is told to stop after it.
  const waits = view.pod!.containers.map(({ field }) => field.at("lifecycle", "preStop", "sleep", "seconds").number() ?? 0);
  const wait = Math.max(0, ...waits);
  const seconds = (grace.number() ?? USUAL_GRACE) - wait;
  if (seconds < minGraceSeconds) {
    yield advice(
      grace,
      `and has ${Math.max(0, seconds)} s to write what it holds when it is stopped`,
      `set terminationGracePeriodSeconds: ${minGraceSeconds + wait} or more`,
    );
  }
}
