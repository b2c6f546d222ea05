import assert from "node:assert/strict";
import { adapt, hookProblems, type AdaptSettings, type KubeObject } from "../../components/services/apps/adapt";
import { parseDocuments } from "../../kubernetes/yaml";
import { podSecurity as rule } from "../../policies/rules/security/pod-security";
import { askingIn } from "../../policies/crossguard/resources";
import { adaptSettings as settings } from "./adaptSettings";
import { recordApps } from "./apps";
import { plain } from "./recorder";

/* What the Pod Security level of an app forbids is refused before anything of it is made. */

type Level = AdaptSettings["podSecurity"];

const restricted = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
const contained = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

function workload(spec: object = {}, container: object = {}, kind = "Deployment"): KubeObject {
  const template = { metadata: {}, spec: { ...spec, containers: [{ name: "main", image: "web:1", ...container }] } };
  const apiVersion = kind === "CronJob" ? "batch/v1" : kind === "ReplicationController" ? "v1" : "apps/v1";
  const own = kind === "CronJob" ? { jobTemplate: { spec: { template } } } : { template };
  return { apiVersion, kind, metadata: { name: "web" }, spec: own };
}

const problemsAt = (podSecurity: Level, object: KubeObject) => adapt([object], settings({ podSecurity })).problems;

/** The level that a problem offers. */
const offered = (problem: string) => /set podSecurity: (\w+)/.exec(problem)?.[1] as Level | undefined;

const volume = (source: object) => ({ volumes: [{ name: "v", ...source }] });
const context = (securityContext: object) => ({ securityContext });

describe("what an app's Pod Security level forbids", () => {
  const cases: [what: string, object: KubeObject, level: Level, words: RegExp, offers: Level][] = [
    ["nfs", workload(volume({ nfs: { server: "s", path: "/" } })), "restricted", /volume "v" of the kind "nfs"/, "baseline"],
    [
      "a path of the node",
      workload(volume({ hostPath: { path: "/dev" } })),
      "restricted",
      /of the kind "hostPath"/,
      "privileged",
    ],
    ["a path of the node", workload(volume({ hostPath: { path: "/dev" } })), "baseline", /node's path "\/dev"/, "privileged"],
    [
      "the node's network",
      workload({ hostNetwork: true }),
      "baseline",
      /node's network namespace.*remove hostNetwork/,
      "privileged",
    ],
    [
      "a port of the node",
      workload({}, { ports: [{ hostPort: 53 }] }),
      "baseline",
      /container "main" opens port 53/,
      "privileged",
    ],
    ["a privileged container", workload({}, context({ privileged: true })), "restricted", /"main" is privileged/, "privileged"],
    ["NET_ADMIN", workload({}, context({ capabilities: { add: ["NET_ADMIN"] } })), "restricted", /"NET_ADMIN"/, "privileged"],
    [
      "CHOWN",
      workload({}, context({ capabilities: { add: ["CHOWN"] } })),
      "restricted",
      /adds the capability "CHOWN"/,
      "baseline",
    ],
    ["capabilities kept", workload({}, context({ capabilities: { drop: ["MKNOD"] } })), "restricted", /keeps cap/, "baseline"],
    ["root", workload(context({ runAsUser: 0 })), "restricted", /the pod runs as root/, "baseline"],
    ["no promise", workload({}, context({ runAsNonRoot: false })), "restricted", /"main" may run as root/, "baseline"],
    ["sysctls", workload(context({ sysctls: [{ name: "kernel.msgmax" }] })), "restricted", /"kernel.msgmax"/, "privileged"],
    ["a job's pods", workload({ hostPID: true }, {}, "CronJob"), "baseline", /CronJob web has what .*pid name/, "privileged"],
    ["old controllers", workload({ hostIPC: true }, {}, "ReplicationController"), "baseline", /ipc namespace/, "privileged"],
    [
      "an init container",
      workload({ initContainers: [{ name: "first", image: "web:1", ...context({ privileged: true }) }] }),
      "restricted",
      /init container "first" is privileged/,
      "privileged",
    ],
  ];
  for (const [what, object, level, words, offers] of cases) {
    it(`is refused: ${what}, at the level ${level}, and ${offers} is offered`, () => {
      const [problem, ...more] = problemsAt(level, object);
      assert.deepEqual(more, []);
      assert.match(problem!, words);
      assert.match(problem!, new RegExp(`^${object.kind} web has what podSecurity: ${level} forbids; change it in the values`));
      assert.equal(offered(problem!), offers);
      assert.deepEqual(problemsAt(offers, object), []);
    });
  }

  it("is reported as one problem for each remedy, line by line", () => {
    const object = workload(
      { hostNetwork: true, hostPID: true, ...context({ runAsUser: 0 }) },
      context({ capabilities: { add: ["CHOWN"] } }),
    );
    const problems = problemsAt("restricted", object);
    assert.deepEqual(problems.map(offered), ["baseline", "privileged"]);
    assert.deepEqual(
      problems.map((problem) => problem.split("\n      ").length),
      [3, 3],
    );
  });

  it("is not what the adapter fills in: a chart that says nothing passes", () => {
    for (const level of ["restricted", "baseline", "privileged"] as const) assert.deepEqual(problemsAt(level, workload()), []);
  });

  it("is judged in a release's hooks as the chart has them, since nothing is filled in there", () => {
    const hook = (spec = {}, container = {}) => [workload(spec, container, "CronJob")];
    const [problem] = hookProblems(hook(), [], settings());
    assert.match(
      problem!,
      /^CronJob web has .*may gain more privileges.*keeps capabilities.*does not promise.*no seccomp profile/s,
    );
    assert.equal(offered(problem!), "baseline");
    assert.deepEqual(hookProblems(hook(), [], settings({ podSecurity: "baseline" })), []);
    assert.deepEqual(hookProblems(hook(context(restricted), context(contained)), [], settings()), []);
  });

  // Every example of the pack's own rule, which stands for what the API server does.
  for (const { title, yaml, params } of rule.bad.filter(({ params }) => params?.version === undefined)) {
    const level = (params?.profile ?? "baseline") as Level;
    it(`is refused like in the policies: ${title}`, () => {
      const objects = parseDocuments(yaml).map((document) => ("value" in document ? document.value : undefined) as KubeObject);
      // As hooks, which are judged as they stand.
      const problems = hookProblems(objects, [], settings({ podSecurity: level }));
      assert.ok(problems.length > 0);
      const offers = problems.map(offered);
      const least = offers.includes("privileged") ? "privileged" : "baseline";
      assert.deepEqual(hookProblems(objects, [], settings({ podSecurity: least })), []);
    });
  }

  it("is known to the policies, which print the exemption for it, from the app's component", async () => {
    const block = { name: "web", chart: "./tests/fixtures/charts/wide", podSecurity: "privileged", clusterWide: true };
    const { resources } = await recordApps([block]);
    const asking = resources.flatMap(({ type, inputs }) => askingIn({ type, props: plain(inputs) as never }) ?? []);
    assert.deepEqual(asking, [{ app: "web", podSecurity: "privileged", clusterWide: true }]);
  });
});
