/** Looking for what was changed in the cluster past Pulumi: the objects of a stack's state beside the live ones, in one question. */
import { UserError, which } from "../../../shared/process";
import { say } from "../../../shared/progress";
import type { Options } from "../../engine/run";
import { getObjects } from "../kubectl";
import type { Stack } from "../pulumi";
import { exportState, importState, SECRET, type State } from "../state/state";
import { compare, sentence, UNREADABLE, type Deployed, type Drift, type KubernetesObject } from "./compare";
import { asDrift, declaring, unrecorded } from "./unrecorded";

export { change, sentence, type Drift, type KubernetesObject } from "./compare";

/** A value of a state as the program had it, secrets included where they are shown. */
function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  const map = value as Record<string, unknown>;
  if (map[SECRET.key] === SECRET.value) {
    return typeof map.plaintext === "string" ? revealed(JSON.parse(map.plaintext)) : UNREADABLE;
  }
  return Object.fromEntries(Object.entries(map).map(([key, inner]) => [key, revealed(inner)]));
}

const isObject = (value: unknown): value is KubernetesObject => {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<KubernetesObject>;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
};

/** The Kubernetes objects that a state (`pulumi stack export --show-secrets`) is the record of. Pure. */
export function deployedObjects(state: State): Deployed[] {
  const resources = (state.deployment?.resources ?? []).filter(
    ({ type, custom, external, delete: deleted }) =>
      custom && !external && !deleted && type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh/"),
  );
  return resources.flatMap((resource) => {
    const [declared, left] = [revealed(resource.inputs), revealed(resource.outputs)];
    return isObject(declared) && isObject(left) ? [{ urn: resource.urn, declared, left }] : [];
  });
}

const identity = ({ apiVersion, kind, metadata }: KubernetesObject) =>
  [apiVersion, kind, metadata.namespace ?? "", metadata.name].join(" ");

/** The objects as they are now; undefined where there is none. */
function live(stack: Stack, deployed: readonly Deployed[]): (KubernetesObject | undefined)[] {
  const found = getObjects<KubernetesObject>(
    stack,
    deployed.map(({ left }) => left),
  );
  const known = new Map(found.map((object) => [identity(object), object]));
  return deployed.map(({ left }) => known.get(identity(left)));
}

/** What a stack has in its cluster: each object beside what it is now, undefined where it is gone. */
export interface Asked {
  deployed: Deployed[];
  now: (KubernetesObject | undefined)[];
}

/** Without the passphrase, what is encrypted is not compared. */
function exported(stack: Stack): State {
  try {
    return exportState(stack, true);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return exportState(stack);
  }
}

/** Asks the cluster for every object of a stack. @throws UserError when the cluster could not be asked */
export function askCluster(stack: Stack): Asked {
  const deployed = deployedObjects(exported(stack));
  if (deployed.length === 0) return { deployed, now: [] };
  if (!which("kubectl", stack.env.PATH)) {
    throw new UserError("What was changed in the cluster past Pulumi is found with kubectl, which is not installed here.");
  }
  return { deployed, now: live(stack, deployed) };
}

/** What was changed past Pulumi since the last deployment. */
export const driftOf = ({ deployed, now }: Asked): Drift[] => [
  ...compare(deployed, now),
  ...unrecorded(deployed, now).flatMap(asDrift),
];

/** Before a deployment that refreshes: what an interrupted one has set and not recorded becomes visible to the engine. */
export function recordUnrecorded(stack: Stack, { deployed, now }: Asked): void {
  const found = unrecorded(deployed, now);
  if (found.length > 0) importState(stack, declaring(exportState(stack), found));
}

/**
 * Finds and reports what was changed past Pulumi. @returns the options with which a preview or a deployment sees it
 * and sets it right
 */
export function reportDrift(stack: Stack, heading: string): { options: Options; asked?: Asked } {
  const asked = askIfReachable(stack);
  const drift = asked === undefined ? [] : driftOf(asked);
  if (drift.length === 0) return { options: {}, asked };
  say(`${heading}\n${drift.map((one) => `  ${sentence(one)}`).join("\n")}`);
  return { options: { refresh: true }, asked };
}

/** A cluster that cannot be asked keeps nothing from going on: whatever goes on meets it itself. */
export function askIfReachable(stack: Stack): Asked | undefined {
  try {
    return askCluster(stack);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(`  ${error.message}`);
    return undefined;
  }
}
