import assert from "node:assert/strict";
import { judgeReleases, type Revision } from "../../cli/shared/state/releases";

describe("releases of helm after an interruption", () => {
  const release = (name: string) => ({
    urn: `urn:pulumi:dev::homelab::kubernetes:helm.sh/v3:Release::homelab-app-${name}-release`,
    type: "kubernetes:helm.sh/v3:Release",
    inputs: { name, namespace: "apps" },
  });
  const revision = (name: string, version: number, status: string, more: object = {}): Revision => ({
    metadata: {
      name: `sh.helm.release.v1.${name}.v${version}`,
      namespace: "apps",
      labels: { owner: "helm", name, status, version: `${version}` },
      managedFields: [{ manager: "pulumi-resource-kubernetes" }],
      ...more,
    },
  });
  const table: Array<[string, Revision[], string[], boolean]> = [
    ["not begun", [], [], false],
    ["installed", [revision("web", 1, "deployed")], [], true],
    ["interrupted while it was installed", [revision("web", 1, "pending-install")], ["v1"], false],
    ["interrupted while it was upgraded", [revision("web", 1, "deployed"), revision("web", 2, "pending-upgrade")], ["v2"], true],
    ["interrupted while it went back", [revision("web", 1, "superseded"), revision("web", 3, "pending-rollback")], ["v3"], true],
    ["another app's", [revision("other", 1, "pending-install")], [], false],
    ["another namespace's", [revision("web", 1, "pending-install", { namespace: "elsewhere" })], [], false],
    ["somebody else's", [revision("web", 1, "pending-install", { managedFields: [{ manager: "helm" }] })], [], false],
  ];
  for (const [what, revisions, forgotten, there] of table) {
    it(`${what}`, () => {
      const judged = judgeReleases([release("web")], revisions);
      assert.deepEqual(
        judged.interrupted.map(({ metadata }) => metadata.name.split(".").at(-1)),
        forgotten,
      );
      assert.equal(judged.there.length > 0, there);
    });
  }
});
