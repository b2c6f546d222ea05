import { Finding, advice, finding } from "../../../core/finding";
import { unknownPath } from "../../../core/unknown";
import { Inventory, sameNamespace } from "../../../core/inventory";
import { ObjectView, describe } from "../../../core/object";
import { CrossFinding, at } from "../../../core/policy";
import { show } from "../../../core/text";
import type { SqliteParams } from "./params";
import { checkAccessModes, checkOwner } from "./alone";
import { Owner, lasts, ownerOf } from "./detect";
import { writableVolumes } from "./volumes";

interface Owned {
  view: ObjectView;
  owner: Owner;
}

/** What only several objects show: who else writes, who scales, what the claim is, what a ConfigMap says. */
export function* crossCheckOwners(inventory: Inventory, params: SqliteParams): Iterable<CrossFinding> {
  const owned: Owned[] = [];
  const workloads = inventory.workloads.filter((view) => !view.patch);
  for (const view of workloads) {
    const alone = known(() => ownerOf(view));
    const owner = known(() => (refersToOthers(view) ? ownerOf(view, inventory) : alone));
    if (!owner || owner.certainty === "unknown") continue;
    const seenAlone = alone && alone.certainty === owner.certainty && alone.volumes.length === owner.volumes.length;
    // What the object shows by itself was said already.
    if (!seenAlone) yield* at(view, () => checkOwner(view, owner, params));
    if (lasts(owner)) owned.push({ view, owner });
  }
  yield* sharedClaims(owned, workloads);
  for (const item of owned) {
    yield* claims(item, inventory, params);
    yield* scalers(item, inventory);
    yield* budgets(item, inventory);
  }
}

/** Whether other objects could tell more about a workload than it tells by itself. */
function refersToOthers(view: ObjectView): boolean {
  const pod = view.pod!;
  if (pod.volumes.length > 0) return true;
  return pod.containers.some(
    ({ field }) =>
      field.at("envFrom").items().length > 0 ||
      field
        .at("env")
        .items()
        .some((variable) => variable.at("valueFrom").exists),
  );
}

/** What the objects' own checks report as not verifiable is not said twice. */
function known<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (unknownPath(error) === undefined) throw error;
    return undefined;
  }
}

function* sharedClaims(owned: Owned[], workloads: ObjectView[]): Iterable<CrossFinding> {
  const writers = new Map<string, ObjectView[]>();
  for (const view of workloads) {
    for (const key of claimKeys(view)) writers.set(key, [...(writers.get(key) ?? []), view]);
  }
  const said = new Set<string>();
  for (const { view, owner } of owned.filter(({ owner }) => owner.certainty === "certain")) {
    for (const { claim } of owner.volumes) {
      const key = claim === undefined ? undefined : claimKey(view, claim);
      if (key === undefined || said.has(key)) continue;
      said.add(key);
      for (const other of writers.get(key) ?? []) {
        if (sameObject(other, view)) continue;
        const message = `writes to the claim ${show(claim)}, which ${describe(view)} keeps SQLite on`;
        yield {
          ...finding("spec", message, "mount it readOnly, give it a claim of its own, or reach the data through the owner's API"),
          object: other,
        };
      }
    }
  }
}

/** The claims that a workload may write to. */
function claimKeys(view: ObjectView): string[] {
  if (known(() => view.pod!.volumes.length) === 0) return [];
  return (known(() => writableVolumes(view, view.pod!.containers)) ?? []).flatMap(({ claim }) =>
    claim === undefined ? [] : [claimKey(view, claim)],
  );
}

function claimKey(view: ObjectView, claim: string): string {
  return `${view.namespace || "default"}/${claim}`;
}

function sameObject(a: ObjectView, b: ObjectView): boolean {
  return a === b || (a.type === b.type && a.name === b.name && sameNamespace(a.namespace, b.namespace));
}

function* claims({ view, owner }: Owned, inventory: Inventory, params: SqliteParams): Iterable<CrossFinding> {
  for (const { claim } of owner.volumes) {
    const object = claim === undefined ? undefined : inventory.find("/PersistentVolumeClaim", view.namespace, claim);
    if (!object) continue;
    const holds = `holds the SQLite database of ${describe(view)}`;
    yield* at(object, () => weak(owner, checkAccessModes(object.spec, `${holds} and is`)));
    yield* at(object, () => weak(owner, checkClass(object, holds, params)));
  }
}

function* checkClass(claim: ObjectView, holds: string, params: SqliteParams): Iterable<Finding> {
  const field = claim.spec.at("storageClassName");
  const name = field.text();
  if (name && new RegExp(params.networkStorageClasses, "i").test(name)) {
    yield finding(
      field,
      `${holds} on the storage class ${show(name)}, a network file system whose locks SQLite cannot trust`,
      "use a class with local or block storage",
    );
  }
}

function* scalers({ view, owner }: Owned, inventory: Inventory): Iterable<CrossFinding> {
  const kinds = [
    { type: "autoscaling/HorizontalPodAutoscaler", most: "maxReplicas", otherwise: 1 },
    // KEDA: Deployment and 100 where nothing is said (keda.sh ScaledObject specification).
    { type: "keda.sh/ScaledObject", most: "maxReplicaCount", otherwise: 100 },
  ];
  for (const { type, most, otherwise } of kinds) {
    for (const scaler of inventory.all(type)) {
      yield* at(scaler, () => weak(owner, aims(scaler, view, most, otherwise)));
    }
  }
}

function* aims(scaler: ObjectView, view: ObjectView, most: string, otherwise: number): Iterable<Finding> {
  const target = scaler.spec.at("scaleTargetRef");
  if (!sameNamespace(scaler.namespace, view.namespace)) return;
  if ((target.at("kind").text() ?? "Deployment") !== view.kind || target.at("name").text() !== view.name) return;
  const count = scaler.spec.at(most).number() ?? otherwise;
  if (count > 1)
    yield finding(
      target,
      `scales ${describe(view)} to ${count} replicas, which keeps SQLite and has one writer`,
      "remove the autoscaler",
    );
}

function* budgets({ view }: Owned, inventory: Inventory): Iterable<CrossFinding> {
  if (view.kind !== "Deployment" && view.kind !== "StatefulSet") return;
  for (const budget of inventory.all("policy/PodDisruptionBudget")) {
    if (sameNamespace(budget.namespace, view.namespace)) yield* at(budget, () => blocks(budget, view));
  }
}

function* blocks(budget: ObjectView, view: ObjectView): Iterable<Finding> {
  const selector = budget.spec.at("selector", "matchLabels").entries();
  const selects = selector.length > 0 && selector.every(([key, value]) => view.pod!.labels.at(key).text() === value.text());
  if (!selects) return;
  const least = budget.spec.at("minAvailable").scalar();
  const blocked = /^0%?$/.test(budget.spec.at("maxUnavailable").scalar() ?? "") || (least !== undefined && !/^0%?$/.test(least));
  if (blocked) {
    yield advice(
      "spec",
      `never lets the only pod of ${describe(view)} go, so its node cannot be drained`,
      "remove the budget: one replica cannot be both drained and available",
    );
  }
}

function* weak(owner: Owner, findings: Iterable<Finding>): Iterable<Finding> {
  for (const found of findings) {
    yield owner.certainty === "certain" || found.unverifiable ? found : { ...found, advice: true };
  }
}
