import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { failedApps, failures, firstCause, hasChanges } from "../../cli/engine/events";

/* Events in the shape in which the engine writes them (sdk/go/common/apitype/events.go of Pulumi). */

const STACK = "urn:pulumi:dev::homelab::";
const PLATFORM = `${STACK}homelab:platform:Platform::homelab`;
const app = (name: string) => `${STACK}homelab:platform:Platform$homelab:apps:HelmApp::homelab-app-${name}`;
const chart = (name: string) => `${STACK}homelab:apps:HelmApp$kubernetes:helm.sh/v4:Chart::homelab-app-${name}-chart`;
const workload = (name: string) =>
  `${STACK}homelab:apps:HelmApp$kubernetes:helm.sh/v4:Chart$kubernetes:apps/v1:Deployment::homelab-app-${name}-chart:x/x`;

const step = (urn: string, parent: string) => ({ urn, new: { parent } });
const known = (urn: string, parent: string) => ({ resourcePreEvent: { metadata: step(urn, parent) } });
const failed = (urn: string, parent: string) => ({ resOpFailedEvent: { metadata: step(urn, parent) } });
const said = (message: string, urn?: string) => ({
  diagnosticEvent: { ...(urn && { urn }), message: `<{%reset%}>${message}<{%reset%}>\n`, severity: "error" },
});

const appEvents = (name: string) => [known(app(name), PLATFORM), known(chart(name), app(name))];
const failedWorkload = (name: string, message: string) => [
  ...appEvents(name),
  failed(workload(name), chart(name)),
  said(message, workload(name)),
];
const log = (...events: object[]) => events as EngineEvent[];
const CLOSING = "rpc error: code = Canceled desc = grpc: the client connection is closing";

describe("which apps of a deployment failed", () => {
  const table: Array<[string, object[], string[]]> = [
    ["nothing", appEvents("web"), []],
    ["a workload of a chart", failedWorkload("web", "not ready"), ["web"]],
    ["two apps", [...failedWorkload("web", "not ready"), ...failedWorkload("todo", "no image")], ["todo", "web"]],
    ["an app whose name begins like another's", [...appEvents("web"), ...failedWorkload("web-admin", "x")], ["web-admin"]],
    [
      "a part of the platform",
      [...appEvents("web"), failed(`${STACK}kubernetes:apps/v1:Deployment::homelab-registry`, PLATFORM), said("not ready")],
      [],
    ],
    ["only what followed from another's failure", [...failedWorkload("web", "no"), ...failedWorkload("todo", CLOSING)], ["web"]],
    [
      "only what was not begun, because a part of the platform had failed",
      [
        ...appEvents("web"),
        failed(app("web"), PLATFORM),
        said(`cannot complete a resource '${app("web")}' whose registration isn't pending`, app("web")),
      ],
      [],
    ],
    [
      "a chart that could not be rendered",
      [said("kubernetes:helm.sh/v4:Chart resource 'homelab-app-web-chart' has a problem: no such file")],
      ["web"],
    ],
    [
      "a word of an app's own",
      [...appEvents("web"), { stdoutEvent: { message: "homelab-app-web-chart failed", color: "never" } }],
      [],
    ],
  ];
  for (const [what, events, expected] of table) it(what, () => assert.deepEqual(failedApps(log(...events)), expected));
});

describe("the causes of a failed deployment", () => {
  it("are reported once, in their order, without what followed from them", () => {
    const events = log(
      said("first", workload("web")),
      said(CLOSING, workload("todo")),
      said("second"),
      said("first"),
      said("update failed"),
    );
    assert.deepEqual(failures(events), [{ urn: workload("web"), message: "first" }, { message: "second" }]);
  });

  it("end with the first in full, under the resource's name", () => {
    const words = firstCause(log(said("1 error occurred:\n* no such image", workload("web")), said("another")));
    assert.match(words, /the first of 2/);
    assert.match(
      words,
      /\n {0,2}kubernetes:apps\/v1:Deployment homelab-app-web-chart:x\/x\n {2}1 error occurred:\n {2}\* no such image$/,
    );
  });
});

describe("whether a preview found anything to do", () => {
  const summary = (resourceChanges: object) => ({ summaryEvent: { resourceChanges, durationSeconds: 1, PolicyPacks: {} } });
  const outputs = (before: object | undefined, now: object) => ({
    resOutputsEvent: { metadata: { op: "same", type: "pulumi:pulumi:Stack", old: { outputs: before }, new: { outputs: now } } },
  });
  const table: [string, object[], boolean][] = [
    ["nothing", [outputs({ a: "1" }, { a: "1" }), summary({ same: 54 })], false],
    ["what is only read", [summary({ same: 53, read: 1 })], false],
    ["what a refresh has read", [summary({ same: 53, refresh: 53 })], false],
    ["a creation", [summary({ create: 1, same: 53 })], true],
    ["an update", [summary({ update: 1, same: 53 })], true],
    ["a replacement", [summary({ replace: 1, "create-replacement": 1, "delete-replaced": 1 })], true],
    ["a deletion", [summary({ delete: 2, same: 53 })], true],
    ["an output alone", [outputs({ a: "1" }, { a: "2" }), summary({ same: 54 })], true],
    ["a new output alone", [outputs({}, { a: "2" }), summary({ same: 54 })], true],
  ];
  for (const [what, events, expected] of table) {
    it(`${what}: ${expected ? "deploy" : "leave it"}`, () => assert.equal(hasChanges(log(...events)), expected));
  }
});
