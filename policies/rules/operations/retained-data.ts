import { each, finding } from "../../core/finding";
import { definePolicy } from "../../core/policy";

function set(policy: string): string {
  return `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {persistentVolumeClaimRetentionPolicy: {${policy}}}}`;
}

export const retainedData = definePolicy<object>({
  id: "retained-data",
  title: "Data outlives the workload that wrote it",
  rationale:
    "A claim that goes with its StatefulSet, or a volume that goes with its claim, turns a wrong command into lost data.",
  severity: "medium",
  level: "advisory",
  remediation: "Keep claims with Retain, and give volumes that hold data persistentVolumeReclaimPolicy: Retain.",
  tags: ["storage"],
  match: [
    { group: "apps", versions: ["v1"], kinds: ["StatefulSet"] },
    { group: "", versions: ["v1"], kinds: ["PersistentVolume"] },
  ],
  params: {},
  *check(view) {
    if (view.kind === "PersistentVolume") {
      const policy = view.spec.at("persistentVolumeReclaimPolicy");
      if (policy.text() === "Delete" || policy.text() === "Recycle")
        yield finding(policy, "is removed with its claim, and the data with it", "set persistentVolumeReclaimPolicy: Retain");
      return;
    }
    yield* each(["whenDeleted", "whenScaled"], function* (when) {
      const policy = view.spec.at("persistentVolumeClaimRetentionPolicy", when);
      if (policy.text() !== "Delete") return;
      yield finding(
        policy,
        `loses its claims when it is ${when === "whenDeleted" ? "deleted" : "scaled down"}`,
        `set persistentVolumeClaimRetentionPolicy.${when}: Retain`,
      );
    });
  },
  admission: { notExpressible: "rendered in CEL together with the other rules on single objects" },
  good: [
    { title: "claims that stay", yaml: set("whenDeleted: Retain, whenScaled: Retain") },
    {
      title: "a volume that stays",
      yaml: "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {persistentVolumeReclaimPolicy: Retain}}",
    },
    { title: "what Kubernetes does by itself", yaml: "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {}}" },
  ],
  bad: [
    {
      title: "claims that go",
      yaml: set("whenDeleted: Delete, whenScaled: Delete"),
      finds: ["when it is deleted", "when it is scaled down"],
    },
    {
      title: "a volume that goes with its claim",
      yaml: "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {persistentVolumeReclaimPolicy: Delete}}",
      finds: ["is removed with its claim"],
    },
  ],
});
