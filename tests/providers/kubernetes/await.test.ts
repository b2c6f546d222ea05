import assert from "node:assert/strict";
import { conditionOf, selectorText, type CheckContext, type Verdict } from "../../../lab/providers/kubernetes/await/condition";
import { find, parseJsonPath } from "../../../lab/providers/kubernetes/await/jsonpath";
import { backendsOf, countEndpoints, endpointsVerdict, hasEndpoints } from "../../../lab/providers/kubernetes/await/network";
import { crdVerdict, quotaVerdict, secretVerdict } from "../../../lab/providers/kubernetes/await/others";
import { checkPod, podProblems } from "../../../lab/providers/kubernetes/await/pod";
import { claimVerdict, volumeVerdict } from "../../../lab/providers/kubernetes/await/storage";
import { waitForCheck } from "../../../lab/providers/kubernetes/await/wait-for";
import {
  daemonSetVerdict,
  deploymentVerdict,
  jobVerdict,
  replicationControllerVerdict,
  statefulSetVerdict,
} from "../../../lab/providers/kubernetes/await/workloads";
import type { KubeObject } from "../../../lab/providers/kubernetes/objects";
import type { PropertyMap } from "../../../lab/providers/kubernetes/values";

const generation = { generation: 2 };
const condition = (type: string, status: string, more: PropertyMap = {}): PropertyMap => ({
  conditions: [{ type, status, ...more }],
});

type Row = [string, (object: KubeObject) => Verdict, KubeObject, true | RegExp];
const deployment = (status: PropertyMap, spec: PropertyMap = { replicas: 2 }): KubeObject => ({
  metadata: generation,
  spec,
  status,
});
const all = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
const stateful = {
  observedGeneration: 2,
  replicas: 2,
  readyReplicas: 2,
  updatedReplicas: 2,
  currentRevision: "b",
  updateRevision: "b",
};

const rows: Row[] = [
  ["a Deployment with all pods", deploymentVerdict, deployment(all), true],
  ["a Deployment scaled to nothing", deploymentVerdict, deployment({ observedGeneration: 2 }, { replicas: 0 }), true],
  ["a Deployment that is paused", deploymentVerdict, deployment({}, { paused: true }), true],
  ["a Deployment not yet seen", deploymentVerdict, deployment({ ...all, observedGeneration: 1 }), /notice/],
  ["a Deployment with old pods left", deploymentVerdict, deployment({ ...all, replicas: 3 }), /2\/2 Pods/],
  ["a Deployment half updated", deploymentVerdict, deployment({ ...all, updatedReplicas: 1 }), /ReplicaSet/],
  ["a Deployment half available", deploymentVerdict, deployment({ ...all, availableReplicas: 1 }), /1\/2 Pods/],
  ["a StatefulSet with all pods", statefulSetVerdict, deployment(stateful), true],
  ["a StatefulSet half ready", statefulSetVerdict, deployment({ ...stateful, readyReplicas: 1 }), /1\/2/],
  ["a StatefulSet half updated", statefulSetVerdict, deployment({ ...stateful, currentRevision: "a" }), /"a" to "b"/],
  [
    "a StatefulSet updated on delete",
    statefulSetVerdict,
    deployment({ ...stateful, currentRevision: "a" }, { replicas: 2, updateStrategy: { type: "OnDelete" } }),
    true,
  ],
  [
    "a StatefulSet updated down to its partition",
    statefulSetVerdict,
    deployment(
      { ...stateful, currentRevision: "a", updatedReplicas: 1 },
      { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
    ),
    true,
  ],
  [
    "a DaemonSet on all nodes",
    daemonSetVerdict,
    deployment({ observedGeneration: 2, desiredNumberScheduled: 1, numberReady: 1, updatedNumberScheduled: 1 }),
    true,
  ],
  [
    "a DaemonSet half updated",
    daemonSetVerdict,
    deployment({ observedGeneration: 2, desiredNumberScheduled: 1, numberReady: 1 }),
    /1\/1/,
  ],
  ["a Job done", jobVerdict, { status: condition("Complete", "True") }, true],
  ["a Job at work", jobVerdict, { status: { active: 1 } }, /0\/1 completions/],
  ["a ReplicationController", replicationControllerVerdict, { spec: { replicas: 1 }, status: { availableReplicas: 1 } }, true],
  ["a Pod ready", checkPod, { status: condition("Ready", "True") }, true],
  ["a Pod done", checkPod, { status: { phase: "Succeeded" } }, true],
  ["a Pod starting", checkPod, { status: { phase: "Pending" } }, /Pod/],
  ["a volume free", volumeVerdict, { status: { phase: "Available" } }, true],
  ["a volume on its way", volumeVerdict, { status: {} }, /volume/],
  ["a quota in force", quotaVerdict, { spec: { hard: { pods: "1" } }, status: { hard: { pods: "1" } } }, true],
  ["a quota not yet in force", quotaVerdict, { spec: { hard: { pods: "1" } } }, /quota/],
  ["an ordinary Secret", secretVerdict, { type: "Opaque" }, true],
  ["a token to be issued", secretVerdict, { type: "kubernetes.io/service-account-token" }, /token/],
  ["a definition established", crdVerdict, { status: condition("Established", "True") }, true],
  ["a definition on its way", crdVerdict, { status: {} }, /established/],
];

describe("kubernetes provider: readiness", () => {
  for (const [what, check, object, expected] of rows) {
    it(`${what} is ${expected === true ? "ready" : "waited for"}`, () => {
      const verdict = check(object);
      if (expected === true) assert.equal(verdict.ready, true);
      else assert.match(verdict.ready ? "ready" : verdict.waitingFor, expected);
    });
  }

  it("a Job that failed is given up, with its reason", () => {
    const verdict = jobVerdict({
      status: condition("Failed", "True", { reason: "BackoffLimitExceeded", message: "m" }),
    });
    assert.ok(!verdict.ready && verdict.failed);
    assert.deepEqual(verdict.problems, ["Job failed: [BackoffLimitExceeded] m"]);
  });

  const claims: [string, string, string, boolean][] = [
    ["Bound", "local-path", "WaitForFirstConsumer", true],
    ["Pending", "local-path", "WaitForFirstConsumer", true],
    ["Pending", "fast", "Immediate", false],
    ["Pending", "", "", false],
    ["", "local-path", "WaitForFirstConsumer", false],
  ];
  for (const [phase, className, mode, ready] of claims) {
    it(`a claim that is "${phase}" on a class "${className}" (${mode}) is ${ready ? "" : "not "}ready`, () => {
      assert.equal(claimVerdict(phase, className, mode).ready, ready);
    });
  }

  it("a Service is ready when all pods behind it are, or when none has come for a while", () => {
    assert.equal(endpointsVerdict({ ready: 1, notReady: 0 }, 0).ready, true);
    assert.equal(endpointsVerdict({ ready: 1, notReady: 1 }, 60_000).ready, false);
    assert.equal(endpointsVerdict({ ready: 0, notReady: 0 }, 0).ready, false);
    assert.equal(endpointsVerdict({ ready: 0, notReady: 0 }, 60_000).ready, true);
  });

  it("a Service without pods of its own is not asked for any", () => {
    assert.equal(hasEndpoints({ spec: { selector: { a: "b" } } }), true);
    const specs: PropertyMap[] = [
      { type: "ExternalName", selector: { a: "b" } },
      { clusterIP: "None", selector: { a: "b" } },
      { selector: {} },
      {},
    ];
    for (const spec of specs) {
      assert.equal(hasEndpoints({ spec }), false, JSON.stringify(spec));
    }
  });

  it("counts endpoints, but not those on their way out", () => {
    const endpoints: PropertyMap[] = [
      { conditions: { ready: true } },
      {},
      { conditions: { ready: false } },
      { conditions: { ready: false, terminating: true } },
    ];
    assert.deepEqual(countEndpoints([{ endpoints }, { endpoints: null }]), { ready: 2, notReady: 1 });
  });

  it("finds the Services of an Ingress", () => {
    const path = (name: string): PropertyMap => ({ backend: { service: { name } } });
    const rules: PropertyMap[] = [{ http: { paths: [path("a"), path("a")] } }, {}];
    const spec: PropertyMap = { defaultBackend: path("d").backend ?? null, rules };
    assert.deepEqual(backendsOf({ spec }), ["a", "d"]);
  });

  it("says what keeps pods from being ready", () => {
    const metadata = { namespace: "x", name: "p" };
    const waiting = { name: "c", state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } } };
    const ended = { name: "i", state: { terminated: { exitCode: 3, message: "boom\n" } } };
    const again = {
      name: "c",
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off" } },
      lastState: { terminated: { exitCode: 0, message: "its hook failed\n" } },
    };
    const pods: PropertyMap[] = [
      { metadata, status: { containerStatuses: [waiting], initContainerStatuses: [ended] } },
      { metadata, status: condition("PodScheduled", "False", { reason: "Unschedulable", message: "no node" }) },
      { metadata, status: { containerStatuses: [{ name: "c", state: { waiting: { reason: "ContainerCreating" } } }] } },
      { metadata, status: condition("Ready", "True") },
      { metadata: { namespace: "x", name: "q" }, status: { containerStatuses: [again] } },
    ];
    assert.deepEqual(podProblems(pods), [
      '[Pod x/p]: container "i" ended with exit code 3: boom',
      '[Pod x/p]: container "c": [ImagePullBackOff] no such image',
      "[Pod x/p]: [Unschedulable] no node",
      '[Pod x/q]: container "c": [CrashLoopBackOff] back-off',
      '[Pod x/q]: container "c" ended the last time with exit code 0: its hook failed',
    ]);
  });

  it("writes selectors as requests take them", () => {
    const matchExpressions: PropertyMap[] = [
      { key: "a", operator: "In", values: ["1", "2"] },
      { key: "b", operator: "NotIn", values: ["3"] },
      { key: "c", operator: "Exists" },
      { key: "d", operator: "DoesNotExist" },
    ];
    assert.equal(selectorText({ matchLabels: { x: "y" }, matchExpressions }), "x=y,a in (1,2),b notin (3),c,!d");
    assert.equal(conditionOf({ status: condition("A", "True") }, "B"), undefined);
  });
});

describe("kubernetes provider: pulumi.com/waitFor", () => {
  const live: KubeObject = {
    status: { phase: "Running", n: 3, ...condition("Ready", "True", { reason: "ok" }) },
    metadata: { annotations: { "a.b": "c" } },
  };
  const expressions: [string, boolean][] = [
    ["condition=Ready", true],
    ["condition=Ready=False", false],
    ["condition=Synced", false],
    ["jsonpath={.status.phase}=Running", true],
    ["jsonpath={.status.phase}", true],
    ["jsonpath=.status.phase=Running", true],
    ["jsonpath={.status.n}=3", true],
    ["jsonpath={.status.missing}", false],
    ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', true],
    ["jsonpath={.status.conditions[0].reason}=ok", true],
    ["jsonpath={.metadata.annotations['a.b']}=c", true],
    ['["condition=Ready", "jsonpath={.status.phase}=Done"]', false],
    ['["condition=Ready", "jsonpath={.status.phase}=Running"]', true],
  ];
  for (const [expression, ready] of expressions) {
    it(`${expression} ${ready ? "holds" : "does not hold"}`, async () => {
      const check = waitForCheck({ metadata: { annotations: { "pulumi.com/waitFor": expression } } });
      assert.equal((await check?.(live, {} as CheckContext))?.ready, ready);
    });
  }

  it("refuses what it cannot follow", () => {
    const wait = (value: string) => () => waitForCheck({ metadata: { annotations: { "pulumi.com/waitFor": value } } });
    assert.throws(wait("Ready"), /"jsonpath=" or "condition=" prefix, got "Ready"/);
    assert.throws(wait("[]"), /at least one condition/);
    assert.throws(wait("jsonpath={range .items[*]}"), /pulumi plugin install resource kubernetes/);
  });

  it("finds all members with a star", () => {
    assert.deepEqual(find({ a: [{ b: 1 }, { b: 2 }] }, parseJsonPath("{.a[*].b}")), [1, 2]);
  });
});
