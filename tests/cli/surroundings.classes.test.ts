import assert from "node:assert/strict";
import { missingClasses } from "../../cli/shared/surroundings/classes";
import type { Declared } from "../../cli/shared/losses/changes";
import type { Found } from "../../cli/shared/surroundings/types";

const object = (kind: string, spec: object = {}, name = "data"): Declared => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "notes" },
  spec: spec as Record<string, unknown>,
});
const found = (kind: string, name: string, isDefault = false): Found => ({
  kind,
  metadata: { name, ...(isDefault && { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } }) },
});
const LOCAL = found("StorageClass", "local-path");
const claim = (spec: object) => object("PersistentVolumeClaim", spec);

describe("classes that objects name, beside those that the cluster has", () => {
  const table: [string, Declared[], Found[], RegExp[]][] = [
    ["a class that is there", [claim({ storageClassName: "local-path" })], [LOCAL], []],
    [
      "a class that is not",
      [claim({ storageClassName: "longhorn" })],
      [LOCAL],
      [/^PersistentVolumeClaim notes\/data: names the StorageClass longhorn, which is missing\. The cluster has local-path/],
    ],
    ["none, and there is a default", [claim({})], [found("StorageClass", "fast", true)], []],
    ["none, and there is no default", [claim({})], [LOCAL], [/names no storage class, and the cluster has no default one/]],
    ["the empty one", [claim({ storageClassName: "" })], [], []],
    ["a volume by its name", [claim({ volumeName: "pv" })], [], []],
    [
      "one that this deployment makes",
      [claim({ storageClassName: "fast" }), { ...object("StorageClass", {}, "fast"), metadata: { name: "fast" } }],
      [],
      [],
    ],
    [
      "that of a StatefulSet's templates, with another claim's: said once",
      [
        object("StatefulSet", { volumeClaimTemplates: [{ spec: { storageClassName: "x" } }] }, "db"),
        claim({ storageClassName: "x" }),
      ],
      [],
      [/^StatefulSet notes\/db, PersistentVolumeClaim notes\/data: names the StorageClass x.*The cluster has none/],
    ],
    [
      "those of pods",
      [object("Deployment", { template: { spec: { priorityClassName: "high", runtimeClassName: "gvisor" } } })],
      [found("RuntimeClass", "gvisor")],
      [/PriorityClass high/],
    ],
    ["those of Kubernetes itself", [object("Pod", { priorityClassName: "system-node-critical" })], [], []],
    [
      "that of an Ingress",
      [object("Ingress", { ingressClassName: "nginx" })],
      [found("IngressClass", "traefik")],
      [/IngressClass nginx/],
    ],
  ];
  for (const [what, objects, there, expected] of table) {
    it(what, () => {
      const lines = missingClasses(objects, there);
      assert.equal(lines.length, expected.length, lines.join("\n"));
      expected.forEach((words, i) => assert.match(lines[i]!, words));
    });
  }
});
