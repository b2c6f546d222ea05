import { spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import type { KubeObject } from "../../components/services/apps/adapt";
import { scopesIn } from "../../components/services/apps/rendering/scopes";
import { parseDocuments } from "../../kubernetes/yaml";
import { root } from "../../shared/paths";
import { ensureHelm } from "./apps";

/* The chart that asks a cluster which kinds it has, rendered by real helm; namespaces are the plugin's to give. */

describe("the probe of a cluster's kinds", function () {
  // helm itself is built on a machine that has none.
  this.timeout(600_000);

  it("has one object of each kind that helm knows of the cluster, none with a namespace", async () => {
    const apis = ["apiregistration.k8s.io/v1", "acme.example/v1", "acme.example/v1/Thing", "acme.example/v1beta1/Wide"];
    const known = apis.flatMap((api) => ["--api-versions", api]);
    const args = ["template", "probe", "components/services/apps/rendering/probe", "--namespace", "default", ...known];
    const answer = spawnSync(await ensureHelm(), args, { cwd: root, encoding: "utf8" });
    assert.equal(answer.status, 0, answer.stderr);
    const objects = parseDocuments(answer.stdout).map(
      (document) => ("value" in document ? document.value : undefined) as KubeObject,
    );
    const answering = objects.filter(({ kind, data }) => kind === "ConfigMap" && data !== undefined);
    assert.deepEqual(
      answering.map(({ data }) => data),
      [{ cluster: "true" }],
    );
    assert.ok(objects.every(({ metadata }) => metadata.namespace === undefined));
    assert.deepEqual(Object.keys(scopesIn(objects)).sort(), ["acme.example/Thing", "acme.example/Wide"]);
  });
});
