import assert from "node:assert/strict";
import { failedApps, failures, readEvents } from "../../cli/shared/events";
import { firstCause } from "../../cli/shared/pulumi";

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
const log = (...events: object[]) => readEvents(events.map((event) => JSON.stringify(event)).join("\n"));
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
  it("are told once, in their order, without what followed from them", () => {
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

  it("are read from a log whose last line was cut off", () => {
    assert.equal(readEvents(`${JSON.stringify(said("x"))}\n{"diagnos`).length, 1);
  });
});
