import { Finding, advice, attempt, finding } from "../../../../kubernetes/objects/finding";
import { UnknownValue } from "../../../../kubernetes/objects/unknown";
import { Inventory, sameNamespace } from "../../../core/inventory";
import { ObjectView, describe } from "../../../core/object";
import { CrossFinding, at, atEach } from "../../../core/policy";
import { selects } from "../../../core/selector";
import type { SqliteParams } from "./params";
import { checkOwner, weigh } from "./alone";
import { checkClaims, checkSharing } from "./claims";
import { plainCopies } from "./copies";
import { Owned, Owner, keepsSqlite, lasts, ownerOf } from "./detect";

/** What only several objects show: who else writes, who scales, what the claim is, what a ConfigMap says. */
export function* crossCheckOwners(inventory: Inventory, params: SqliteParams): Iterable<CrossFinding> {
  const owned: Owned[] = [];
  const workloads = inventory.workloads.filter((view) => !view.patch);
  for (const view of workloads) {
    const alone = seen(() => ownerOf(view));
    // What the object shows by itself, and what of it is not known, its own check has said.
    if (alone.unseen.length > 0) continue;
    const { owner, unseen } = refersToOthers(view) ? seen(() => ownerOf(view, inventory)) : alone;
    for (const found of unseen) yield { ...found, object: view };
    if (!owner && unseen.length === 0 && view.unplaced && refersToOthers(view)) yield* at(view, notPlaced);
    if (!owner) continue;
    const same = alone.owner?.certainty === owner.certainty && alone.owner.volumes.length === owner.volumes.length;
    if (!same) yield* at(view, () => checkOwner(view, owner, params));
    if (lasts(owner)) owned.push({ view, owner });
  }
  yield* plainCopies(owned, workloads);
  if (owned.length === 0) return;
  yield* unplaced(inventory, workloads);
  yield* checkSharing(owned, workloads, params);
  for (const item of owned) {
    yield* checkClaims(item, inventory, params);
    yield* scalers(item, inventory);
    yield* budgets(item, inventory);
  }
}

/** An owner, and what is not known yet and hides whether there is one. */
function seen(read: () => Owner | undefined): { owner?: Owner; unseen: readonly Finding[] } {
  let owner: Owner | undefined;
  const unseen = attempt(() => {
    owner = read();
    return undefined;
  });
  return { owner, unseen };
}

/** Whether other objects could show more about a workload than it shows by itself, or that is not known. */
function refersToOthers(view: ObjectView): boolean {
  const pod = view.pod!;
  if (pod.spec.at("volumes").unknown || pod.volumes.length > 0) return true;
  return pod.containers.some(({ field }) => {
    const from = field.at("envFrom");
    if (from.unknown || from.items().length > 0) return true;
    return field
      .at("env")
      .items()
      .some((variable) => variable.at("valueFrom").unknown || variable.at("valueFrom").exists);
  });
}

const SCALERS = [
  { type: "autoscaling/HorizontalPodAutoscaler", most: "maxReplicas", otherwise: 1 },
  // KEDA: Deployment and 100 where nothing is said (keda.sh ScaledObject specification).
  { type: "keda.sh/ScaledObject", most: "maxReplicaCount", otherwise: 100 },
];

/** Objects of which nobody can say yet what they have to do with an owner. */
function* unplaced(inventory: Inventory, workloads: ObjectView[]): Iterable<CrossFinding> {
  const others = ["/PersistentVolumeClaim", ...SCALERS.map(({ type }) => type)].flatMap((type) => inventory.all(type));
  yield* atEach(
    [...workloads, ...others].filter((one) => one.unplaced),
    notPlaced,
  );
}

function notPlaced(): never {
  throw new UnknownValue("metadata", "its name or namespace, and so what it has to do with a SQLite database,");
}

function* scalers(owned: Owned, inventory: Inventory): Iterable<CrossFinding> {
  for (const { type, most, otherwise } of SCALERS) {
    for (const scaler of inventory.all(type)) yield* at(scaler, () => scales(scaler, owned, most, otherwise));
  }
}

function* scales(scaler: ObjectView, { view, owner }: Owned, most: string, otherwise: number): Iterable<Finding> {
  const target = scaler.spec.at("scaleTargetRef");
  if (!sameNamespace(scaler.namespace, view.namespace)) return;
  if ((target.at("kind").text() ?? "Deployment") !== view.kind || target.at("name").text() !== view.name) return;
  const count = scaler.spec.at(most).number() ?? otherwise;
  if (count <= 1) return;
  const message = `scales ${describe(view)} to ${count} replicas, which ${keepsSqlite(owner)} and has one writer`;
  yield weigh(owner, finding(target, message, "remove the autoscaler"));
}

function* budgets({ view }: Owned, inventory: Inventory): Iterable<CrossFinding> {
  if (view.kind !== "Deployment" && view.kind !== "StatefulSet") return;
  for (const budget of inventory.all("policy/PodDisruptionBudget")) {
    if (sameNamespace(budget.namespace, view.namespace)) yield* at(budget, () => blocks(budget, view));
  }
}

function* blocks(budget: ObjectView, view: ObjectView): Iterable<Finding> {
  if (!selects(budget.spec.at("selector"), view.pod!.labels)) return;
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
