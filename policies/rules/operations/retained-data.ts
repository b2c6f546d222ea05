import { each, finding } from "../../../kubernetes/objects/finding";
import { definePolicy } from "../../core/policy";

function set(policy: string): string {
  return `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {persistentVolumeClaimRetentionPolicy: {${policy}}}}`;
}

const WHEN = ["whenDeleted", "whenScaled"] as const;

function message(when: (typeof WHEN)[number]): string {
  return `loses its claims when it is ${when === "whenDeleted" ? "deleted" : "scaled down"}`;
}

function storageClass(policy: string): string {
  return `{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: c}, provisioner: rancher.io/local-path${policy}}`;
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
    { group: "storage.k8s.io", versions: ["v1"], kinds: ["StorageClass"] },
  ],
  params: {},
  *check(view) {
    if (view.kind === "PersistentVolume") {
      const policy = view.spec.at("persistentVolumeReclaimPolicy");
      if (policy.text() === "Delete" || policy.text() === "Recycle") {
        yield finding(policy, "is removed with its claim, and the data with it", "set persistentVolumeReclaimPolicy: Retain");
      }
      return;
    }
    if (view.kind === "StorageClass") {
      const policy = view.root.at("reclaimPolicy");
      // Delete is what a class does that says nothing (storage/v1 StorageClass).
      if (!view.patch && (policy.text() ?? "Delete") === "Delete") {
        yield finding(policy, "makes volumes that are removed with their claims", "set reclaimPolicy: Retain");
      }
      return;
    }
    yield* each(WHEN, function* (when) {
      const policy = view.spec.at("persistentVolumeClaimRetentionPolicy", when);
      if (policy.text() !== "Delete") return;
      yield finding(policy, message(when), `set persistentVolumeClaimRetentionPolicy.${when}: Retain`);
    });
  },
  admission: {
    match: [{ group: "apps", versions: ["v1"], kinds: ["StatefulSet"] }],
    beyond: "volumes and storage classes, which belong to the whole cluster",
    validations: () =>
      WHEN.map((when) => ({
        expression: `object.?spec.?persistentVolumeClaimRetentionPolicy.?${when}.orValue('') != 'Delete'`,
        message: `${message(when)}. Fix: set persistentVolumeClaimRetentionPolicy.${when}: Retain`,
      })),
  },
  good: [
    { title: "claims that stay", yaml: set("whenDeleted: Retain, whenScaled: Retain") },
    {
      title: "a volume that stays",
      yaml: "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v}, spec: {persistentVolumeReclaimPolicy: Retain}}",
    },
    { title: "a class whose volumes stay", yaml: storageClass(", reclaimPolicy: Retain") },
    {
      title: "what Kubernetes does by itself with a StatefulSet",
      yaml: "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {}}",
    },
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
    {
      title: "a class whose volumes go, said or unsaid",
      yaml: `${storageClass(", reclaimPolicy: Delete")}\n---\n${storageClass("")}`,
      finds: ["removed with their claims", "removed with their claims"],
    },
  ],
});
