import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ended } from "../../cli/shared/containerLogs";
import type { Pod } from "../../cli/shared/copies/pod";
import type { Stack } from "../../cli/shared/pulumi";
import { deployedApps, saveLastGood, rolledBack, withoutItsSecrets, type AppBlock } from "../../cli/shared/rollback";

const app = (name: string, chart = "./new"): AppBlock => ({ name, chart });

describe("the apps after some of them failed", () => {
  it("are as they last were, and the others as they are now", () => {
    const now = [app("web"), app("todo")];
    assert.deepEqual(rolledBack(now, [app("web", "./old"), app("todo", "./old")], ["web"]), [app("web", "./old"), app("todo")]);
  });

  it("are without those that were never well", () => {
    assert.deepEqual(rolledBack([app("web"), app("todo")], [app("web", "./old")], ["todo"]), [app("web")]);
  });

  it("do not restore what was removed meanwhile", () => {
    assert.deepEqual(rolledBack([app("web")], [app("web", "./old"), app("gone")], ["web"]), [app("web", "./old")]);
  });
});

describe("the apps that are deployed, by the state", () => {
  const urn = (type: string, name: string) => ({ urn: `urn:pulumi:dev::homelab::homelab:platform:Platform$${type}::${name}` });
  const table: Array<[string, Parameters<typeof deployedApps>[0], string[]]> = [
    ["no deployment yet", { deployment: null }, []],
    ["an empty one", { deployment: { resources: null } }, []],
    ["the platform alone", { deployment: { resources: [urn("homelab:registry:Registry", "homelab-registry")] } }, []],
    [
      "two apps and what they are made of",
      {
        deployment: {
          resources: [
            urn("homelab:apps:HelmApp", "homelab-app-web"),
            urn("homelab:apps:HelmApp$kubernetes:helm.sh/v4:Chart", "homelab-app-web-chart"),
            urn("homelab:apps:HelmApp", "homelab-app-web-admin"),
            // What a removed app leaves to the cluster, its namespace for one, is no app.
            urn("homelab:namespace:Namespace", "homelab-app-gone-namespace"),
          ],
        },
      },
      ["web", "web-admin"],
    ],
  ];
  for (const [what, state, expected] of table) it(what, () => assert.deepEqual(deployedApps(state), expected));
});

describe("what was well", () => {
  const folder = mkdtempSync(join(tmpdir(), "good-"));
  after(() => rmSync(folder, { recursive: true }));

  it("is kept of charts and values files that lie anywhere", () => {
    const chart = join(folder, "chart");
    mkdirSync(chart);
    writeFileSync(join(chart, "Chart.yaml"), "name: x\n");
    writeFileSync(join(folder, "values.yaml"), "a: 1\n");
    const file = join(folder, "Pulumi.test.yaml");
    const block = { name: "web", chart, valueFiles: [join(folder, "values.yaml")] };
    writeFileSync(file, JSON.stringify({ config: { "homelab:apps": [block] } }));
    saveLastGood({ file } as Stack, file);
    const [kept] = JSON.parse(readFileSync(join(folder, "Pulumi.test.good", "apps.json"), "utf8")) as [AppBlock];
    assert.equal(kept.chart, join(folder, "Pulumi.test.good", "web", "chart"));
    assert.equal(readFileSync(join(kept.chart, "Chart.yaml"), "utf8"), "name: x\n");
    assert.equal(readFileSync(kept.valueFiles![0]!, "utf8"), "a: 1\n");
  });
});

describe("an app that is taken away again", () => {
  const pod = (...containerStatuses: object[]) =>
    ({ metadata: { name: "web-1" }, status: { containerStatuses } }) as unknown as Pod;
  const crashed = { exitCode: 1, reason: "Error" };

  it("is asked what its programs said that ended and are not up again", () => {
    const pods = [
      pod({ name: "waits", state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: { terminated: crashed } }),
      pod({ name: "ended", state: { terminated: { exitCode: 137, reason: "OOMKilled" } } }),
      pod({ name: "up", state: { running: {} }, lastState: { terminated: crashed } }),
      pod(
        { name: "done", state: { terminated: { exitCode: 0 } } },
        { name: "never", state: { waiting: { reason: "ImagePullBackOff" } } },
      ),
    ];
    assert.deepEqual(
      ended(pods).map(({ container, again, how }) => [container, again, how]),
      [
        ["waits", true, "exit code 1"],
        ["ended", false, "more memory than its limit"],
      ],
    );
  });

  it("names secrets that its data may depend on", () => {
    const secrets = [{ keys: [{ generate: 32 }] }];
    assert.match(
      withoutItsSecrets({ name: "web", chart: "./x", secrets, database: {} }) ?? "",
      /kubectl delete pvc --all -n web/,
    );
    assert.equal(withoutItsSecrets({ name: "web", chart: "./x", secrets }), undefined);
    assert.equal(withoutItsSecrets({ name: "web", chart: "./x", secrets: [{ keys: [{}] }], database: {} }), undefined);
  });
});
