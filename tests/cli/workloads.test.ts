import assert from "node:assert/strict";
import { notReady } from "../../cli/shared/workloads";

const object = (kind: string, spec: object, status?: object) => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "web", namespace: "web" },
  spec,
  ...(status && { status }),
});

describe("workloads without all their pods", () => {
  const table: Array<[string, Parameters<typeof notReady>[0][number], string[]]> = [
    ["a Deployment with all", object("Deployment", { replicas: 2 }, { readyReplicas: 2 }), []],
    ["one that has none yet", object("Deployment", { replicas: 2 }, {}), ["0 of 2 pods ready: kubectl describe pods -n web"]],
    ["one without a status", object("StatefulSet", {}), ["0 of 1 pods ready: kubectl describe pods -n web"]],
    ["one that is scaled to none", object("Deployment", { replicas: 0 }, {}), []],
    [
      "one that may not make its pods",
      object(
        "Deployment",
        { replicas: 1 },
        { conditions: [{ type: "ReplicaFailure", status: "True", message: "exceeded quota: web" }] },
      ),
      ["0 of 1 pods ready: exceeded quota: web"],
    ],
    [
      "a DaemonSet",
      object("DaemonSet", {}, { desiredNumberScheduled: 3, numberReady: 2 }),
      ["2 of 3 pods ready: kubectl describe pods -n web"],
    ],
    ["no workload", object("Service", {}), []],
    ["what is gone", undefined, []],
  ];
  for (const [what, given, expected] of table) {
    it(what, () =>
      assert.deepEqual(
        notReady([given]).map(({ detail }) => detail),
        expected,
      ),
    );
  }
});
