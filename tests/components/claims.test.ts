import assert from "node:assert/strict";
import { foreignClaims, type KubeObject } from "../../components/services/apps/adapt";
import { adaptSettings as settings } from "./adaptSettings";

const claim = (claimName: string) => ({ name: claimName, persistentVolumeClaim: { claimName } });

function web(...volumes: object[]): KubeObject {
  const template = { spec: { containers: [], volumes } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { template } } as unknown as KubeObject;
}

/** As Immich's chart has it: it takes the name of a claim, and makes none. */
describe("claims that an app mounts", () => {
  it("are reported where neither the chart nor the block makes them", () => {
    const own = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "cache" } } as unknown as KubeObject;
    const words = foreignClaims([own, web(claim("library"), claim("cache"), { name: "tmp", emptyDir: {} })], settings());
    assert.match(words ?? "", /^The app a: .* mounts: library \(Deployment web\)\. .* namespace /);
  });

  it("are not where the block's database is on them, or nothing is mounted", () => {
    const database = { workload: "web", files: ["/x/y.db"], claim: "data" };
    assert.equal(foreignClaims([web(claim("data"))], settings({ database })), undefined);
    assert.equal(foreignClaims([web()], settings()), undefined);
  });
});
