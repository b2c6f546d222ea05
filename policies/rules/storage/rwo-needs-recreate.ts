import { Finding, finding } from "../../../kubernetes/objects/finding";
import { Inventory } from "../../core/inventory";
import { ObjectView } from "../../core/object";
import { atEach, definePolicy } from "../../core/policy";
import { show } from "../../../kubernetes/objects/text";
import { lasts, ownerOf } from "./sqlite/detect";
import { Volume, writableVolumes } from "./sqlite/volumes";

function deployment(strategy: string, mount = "", env = ""): string {
  return `{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: a}, spec: {${strategy}template: {spec: {containers: [{name: c, image: "i:1", ${env}volumeMounts: [{name: v, mountPath: /v${mount}}]}], volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]}}}}`;
}

function claim(mode: string): string {
  return `\n---\n{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: a}, spec: {accessModes: [${mode}]}}`;
}

const RECREATE = "strategy: {type: Recreate}, ";

export const rwoNeedsRecreate = definePolicy<object>({
  id: "rwo-needs-recreate",
  title: "A Deployment on a claim of one node or pod is recreated, not rolled",
  rationale:
    "A rolling update starts the new pod while the old one holds the claim. On another node it waits for a volume that is never " +
    "let go, and the rollout hangs; on the same node two versions of the program write to the same files.",
  severity: "medium",
  level: "advisory",
  remediation: "Set strategy: {type: Recreate}, or make it a StatefulSet.",
  tags: ["storage", "reliability"],
  anchors: { contraries: ["kube-score/deployment-strategy", "kube-linter/no-rolling-update-strategy"] },
  match: [{ group: "apps", versions: ["v1"], kinds: ["Deployment"] }],
  params: {},
  *crossCheck(inventory) {
    yield* atEach(inventory.all("apps/Deployment"), (view) => rolls(view, inventory));
  },
  admission: { notExpressible: "the access modes stand in another object, the claim" },
  good: [
    { title: "one that is recreated", yaml: deployment(RECREATE) + claim("ReadWriteOnce") },
    { title: "a claim that many nodes may mount", yaml: deployment("") + claim("ReadWriteOnce, ReadWriteMany") },
    { title: "a claim that it only reads", yaml: deployment("", ", readOnly: true") + claim("ReadWriteOnce") },
    {
      title: "an update that stops the old pod first",
      yaml: deployment("strategy: {rollingUpdate: {maxSurge: 0}}, ") + claim("ReadWriteOnce"),
    },
    { title: "a claim that is not known here", yaml: deployment("") },
    {
      title: "a SQLite database, of which its own rule speaks",
      yaml: deployment("", "", "env: [{name: URL, value: 'sqlite:////v/a.db'}], ") + claim("ReadWriteOnce"),
    },
  ],
  bad: [
    {
      title: "a rolling update, said",
      yaml: deployment("strategy: {type: RollingUpdate}, ") + claim("ReadWriteOnce"),
      finds: ['"v"'],
    },
    {
      title: "a rolling update, unsaid, on a claim for one pod",
      yaml: deployment("") + claim("ReadWriteOncePod"),
      finds: ["ReadWriteOncePod"],
    },
  ],
});

function* rolls(view: ObjectView, inventory: Inventory): Iterable<Finding> {
  const strategy = view.spec.at("strategy");
  if (view.patch || view.pod!.volumes.length === 0 || strategy.at("type").text() === "Recreate") return;
  if (/^0%?$/.test(strategy.at("rollingUpdate", "maxSurge").scalar() ?? "")) return;
  for (const volume of writableVolumes(view, view.pod!.containers)) {
    const mode = exclusiveMode(volume, view, inventory);
    if (mode === undefined || ownsSqlite(view, inventory)) continue;
    const message = `rolls its pods over the claim ${show(volume.claim)} of its volume ${show(volume.name)}, which is ${mode}`;
    yield finding(strategy, message, "set strategy: {type: Recreate}");
  }
}

function exclusiveMode({ kind, claim }: Volume, view: ObjectView, inventory: Inventory): string | undefined {
  const object =
    kind === "claim" && claim !== undefined ? inventory.find("/PersistentVolumeClaim", view.namespace, claim) : undefined;
  const modes = object?.spec.at("accessModes").texts() ?? [];
  return modes.every((mode) => mode.startsWith("ReadWriteOnce")) ? modes[0] : undefined;
}

function ownsSqlite(view: ObjectView, inventory: Inventory): boolean {
  const owner = ownerOf(view, inventory);
  return owner?.certainty === "certain" && lasts(owner);
}
