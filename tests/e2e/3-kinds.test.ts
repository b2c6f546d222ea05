import assert from "node:assert/strict";
import { scopeOf } from "../../kubernetes/kinds";
import { devStackIsUp, kubectl, succeeded } from "./support";

describe("the table of kinds", () => {
  before(devStackIsUp);

  it("agrees with the API server on every kind that it serves", () => {
    const lines = succeeded(kubectl("api-resources", "--no-headers")).stdout.trim().split("\n");
    const served = lines.map((line) => {
      const [apiVersion, namespaced, kind] = line.trim().split(/\s+/).slice(-3) as [string, string, string];
      return { apiVersion, kind, scope: namespaced === "true" ? "Namespaced" : "Cluster" };
    });
    assert.ok(served.length > 60, String(served.length));
    const wrong = served.filter(({ apiVersion, kind, scope }) => scopeOf(apiVersion, kind) !== scope);
    assert.deepEqual(wrong, []);
  });
});
