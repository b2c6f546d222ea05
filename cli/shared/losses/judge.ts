/** Which data a deployment would delete, replace, leave behind or ask of a class in vain. Pure. */
import { holdsData } from "../../../kubernetes/data";
import type { Change, Declared } from "./changes";
import { judgeClaim } from "./claims";
import { about, fullName, join, type Beside, type Finding, type Live, type LiveClaim } from "./types";

const isClaim = ({ kind, apiVersion }: Declared) => kind === "PersistentVolumeClaim" && apiVersion === "v1";
const nameOf = ({ metadata: { name, namespace } }: LiveClaim) => `${namespace}/${name}`;

/** Claims of the cluster that go with an object, beside itself. */
function claimsWith(object: Declared, live: Live): LiveClaim[] {
  const { kind, metadata } = object;
  if (kind === "Namespace") return live.claims.filter((claim) => claim.metadata.namespace === metadata.name);
  const owned = live.claims.filter(
    ({ metadata: { ownerReferences = [], namespace } }) =>
      namespace === metadata.namespace && ownerReferences.some((owner) => owner.kind === kind && owner.name === metadata.name),
  );
  return retention(object).whenDeleted === "Delete" ? [...new Set([...owned, ...claimsOfSet(object, live)])] : owned;
}

const retention = ({ kind, spec }: Declared) =>
  (kind === "StatefulSet" ? (spec?.persistentVolumeClaimRetentionPolicy ?? {}) : {}) as {
    whenDeleted?: string;
    whenScaled?: string;
  };

/** Claims that a StatefulSet made from its templates: `TEMPLATE-SET-NUMBER`. */
function claimsOfSet({ kind, metadata, spec }: Declared, { claims }: Live): LiveClaim[] {
  if (kind !== "StatefulSet") return [];
  const templates = (spec?.volumeClaimTemplates ?? []) as { metadata?: { name?: string } }[];
  const beginnings = templates.map((template) => `${template.metadata?.name}-${metadata.name}-`);
  return claims.filter(
    ({ metadata: { name, namespace } }) =>
      namespace === metadata.namespace && beginnings.some((one) => name.startsWith(one) && /^\d+$/.test(name.slice(one.length))),
  );
}

/** What else holds data, or has claims hang on it. */
function judgeOther(change: Change, { fresh }: Beside, live?: Live): Finding[] {
  const { what, object, now, retained, appStays } = change;
  if (what === "new") return [];
  const moved = now !== undefined && fullName(object) !== fullName(now);
  if (what === "changed" && !moved) return scaledDown(change, live);
  const own = live === undefined || retention(object).whenDeleted === "Delete" ? [] : claimsOfSet(object, live).map(nameOf);
  const other = moved ? fullName(now) : what === "gone" && appStays ? fresh[0] : undefined;
  if (own.length > 0 && other !== undefined) {
    const words = `would give way to ${other}, which begins with empty claims; ${join(own)} would be left behind with the data`;
    return [{ ...about(change), claims: own, verdict: "left", words }];
  }
  if (what === "replaced" && own.length > 0 && templatesOf(object) !== templatesOf(now)) return [otherTemplates(change, own)];
  const hanging = (live === undefined ? [] : claimsWith(object, live)).map(nameOf);
  const unknown = live === undefined && object.kind === "Namespace";
  if (hanging.length === 0 && (!holdsData(object) || (object.kind === "Namespace" && !unknown && !retained))) return [];
  const finding = { ...about(change), claims: hanging };
  if (retained) return what === "gone" ? [{ ...finding, verdict: "kept", words: "stays in the cluster" }] : [];
  const holding = hanging.length > 0 ? `, and with it the claims ${join(hanging)}` : unknown ? ", with every claim in it" : "";
  return [{ ...finding, verdict: "lost", words: `would be ${what === "replaced" ? "replaced" : "deleted"}${holding}` }];
}

const templatesOf = (object: Declared | undefined) => JSON.stringify(object?.spec?.volumeClaimTemplates ?? []);

/** The engine would make the StatefulSet anew, and its claims stay as they are. */
function otherTemplates(change: Change, claims: string[]): Finding {
  const { name, namespace } = change.object.metadata;
  return {
    ...about(change),
    claims,
    verdict: "impossible",
    words: `would get other claim templates, which Kubernetes changes in no StatefulSet; its claims ${join(claims)} stay as they are`,
    remedy:
      "set them back; or, to have them for claims to come, delete the StatefulSet without its pods and claims, and start again: " +
      `kubectl -n ${namespace} delete statefulset ${name} --cascade=orphan`,
  };
}

/** Claims that go because fewer pods of a StatefulSet are left. */
function scaledDown(change: Change, live?: Live): Finding[] {
  const { object, now } = change;
  if (now === undefined || live === undefined || retention(now).whenScaled !== "Delete") return [];
  const replicas = Number(now.spec?.replicas ?? 1);
  const going = claimsOfSet(object, live)
    .filter(({ metadata }) => Number(/\d+$/.exec(metadata.name)?.[0]) >= replicas)
    .map(nameOf);
  if (going.length === 0) return [];
  const words = `would be scaled down, and with it go the claims ${join(going)}`;
  return [{ ...about(change), claims: going, verdict: "lost", words }];
}

export function judge(changes: readonly Change[], live?: Live): Finding[] {
  const made = changes.filter(({ what }) => what === "new");
  const names = (of: readonly Change[]) => of.map(({ object }) => fullName(object));
  const classes = names(made.filter(({ object }) => object.kind === "StorageClass"));
  return changes.flatMap((change) => {
    const { app, object } = change;
    const same = made.filter((one) => one.app === app && one.object.kind === object.kind);
    // The same object from another maker is no other.
    const fresh = names(same).filter((name) => name !== fullName(object));
    return (isClaim(object) ? judgeClaim : judgeOther)(change, { fresh, classes }, live);
  });
}
