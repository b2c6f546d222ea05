import assert from "node:assert/strict";
import { failedApps, rolledBack, type AppBlock } from "../../cli/shared/rollback";

const app = (name: string, chart = "./new"): AppBlock => ({ name, chart });

describe("which apps of a deployment failed", () => {
  const failed = (...names: string[]) =>
    names
      .map((name) => ` ~  kubernetes:apps/v1:Deployment ${name} **updating failed** [diff: ~spec]; error: 1 error occurred:`)
      .join("\n");
  const table: Array<[string, string, string[]]> = [
    ["nothing", " ~  kubernetes:apps/v1:Deployment homelab-app-web-chart:web/web updated (1s)\n", []],
    ["a workload of a chart", failed("homelab-app-web-chart:web/web"), ["web"]],
    ["twice the same", failed("homelab-app-web-chart:web/web", "homelab-app-web-chart:web/other"), ["web"]],
    ["two apps", failed("homelab-app-web-chart:web/web", "homelab-app-todo-data-claim"), ["todo", "web"]],
    ["an app whose name begins like another's", failed("homelab-app-web-admin-chart:x/x"), ["web-admin"]],
    ["a part of the platform", failed("homelab-registry-deployment"), []],
    [
      "a chart that could not be rendered",
      "    pulumi:pulumi:Stack homelab-dev running error: kubernetes:helm.sh/v4:Chart resource 'homelab-app-web-chart' has a problem: x",
      ["web"],
    ],
    ["a word of an app's own", "the job of homelab-app-web-chart failed yesterday", []],
  ];
  for (const [what, words, expected] of table) {
    it(what, () => assert.deepEqual(failedApps(words, ["web", "web-admin", "todo"]), expected));
  }
});

describe("the apps after some of them failed", () => {
  it("are as they last were, and the others as they are now", () => {
    const now = [app("web"), app("todo")];
    assert.deepEqual(rolledBack(now, [app("web", "./old"), app("todo", "./old")], ["web"]), [app("web", "./old"), app("todo")]);
  });

  it("are without those that were never well", () => {
    assert.deepEqual(rolledBack([app("web"), app("todo")], [app("web", "./old")], ["todo"]), [app("web")]);
  });

  it("do not bring back what was removed meanwhile", () => {
    assert.deepEqual(rolledBack([app("web")], [app("web", "./old"), app("gone")], ["web"]), [app("web", "./old")]);
  });
});
