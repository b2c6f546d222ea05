import { CONTRARY_CHECKS } from "../../../kubernetes/linters";
import { edit } from "../../core/edit";
import { ObjectView } from "../../core/object";
import { definePolicy } from "../../core/policy";
import { POD_CARRIERS } from "../../../kubernetes/objects/workload";
import { crossCheckOwners } from "./sqlite/across";
import { checkOwner } from "./sqlite/alone";
import { singleWriterCel } from "./sqlite/cel";
import { lasts, ownerOf } from "./sqlite/detect";
import { bad, good } from "./sqlite/examples";
import { badAcross, goodAcross } from "./sqlite/examples.across";
import type { SqliteParams } from "./sqlite/params";

export const singleWriterSqlite = definePolicy<SqliteParams>({
  id: "single-writer-sqlite",
  title: "A SQLite database has one writer at any moment",
  rationale:
    "SQLite locks through the file system of one machine. A second replica, a rolling update, an autoscaler or another " +
    "pod on the same claim corrupts the file, or leaves the old version running behind a rollout that never ends. " +
    "ReadWriteOnce does not help: it is a promise per node, not per pod.",
  severity: "critical",
  level: "mandatory",
  remediation: "One replica, strategy Recreate, no autoscaler, and a claim that nothing else writes to.",
  tags: ["storage", "reliability"],
  anchors: { contraries: CONTRARY_CHECKS },
  match: POD_CARRIERS,
  params: {
    networkStorageClasses: {
      type: "string",
      format: "regex",
      default: "(^|[^a-z])(nfs|cifs|smb|cephfs|glusterfs|efs|azurefile)",
      description: "Storage classes on network file systems, as a regular expression without regard to case",
    },
    minGraceSeconds: {
      type: "integer",
      minimum: 1,
      default: 10,
      description: "Time that the program must have to write what it holds when it is stopped",
    },
    adviseBackup: {
      type: "boolean",
      default: false,
      description: "Whether to speak of databases whose claim no other workload and no program beside it reads for a copy",
    },
  },
  *check(view, params) {
    const owner = view.pod && ownerOf(view);
    if (owner) yield* checkOwner(view, owner, params);
  },
  crossCheck: crossCheckOwners,
  fix: oneWriter,
  admission: singleWriterCel,
  good: [...good, ...goodAcross],
  bad: [...bad, ...badAcross],
});

/** One replica and Recreate; never the access modes of a claim, which cannot be changed without losing it. */
function oneWriter(view: ObjectView): Record<string, unknown> | undefined {
  const owner = view.pod && ownerOf(view);
  if (!owner || owner.certainty !== "certain" || !lasts(owner)) return undefined;
  const places = [view.spec.at("replicas"), ...(view.kind === "Deployment" && !view.patch ? [view.spec.at("strategy")] : [])];
  return edit(view.root, places, (value, place) => {
    if (place.unknown) return value;
    if (place.steps.at(-1) === "replicas") return (place.number() ?? 0) > 1 ? 1 : value;
    // The API refuses `rollingUpdate` beside Recreate.
    return place.at("type").unknown || place.at("type").text() === "Recreate" ? value : { type: "Recreate" };
  });
}
