import assert from "node:assert/strict";
import { deployedApps, rolledBack, type AppBlock } from "../../cli/shared/rollback";

const app = (name: string, chart = "./new"): AppBlock => ({ name, chart });

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
