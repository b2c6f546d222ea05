import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { containersOf, podTemplateOf } from "../../components/services/apps/adapt/objects";
import { root } from "../../shared/paths";
import { chartOf, recordApps, rendered, renderApp, type AppBlock, type Rendered } from "./apps";
import { object } from "./objects";

const [documented] = parse(readFileSync(join(root, "docs", "lucia.yaml"), "utf8")) as AppBlock[];
const lucia = { ...documented!, chart: "./tests/fixtures/charts/lucia" };

/** The documented configuration without some of its values, by path. */
function without(...path: string[]): AppBlock {
  const block = structuredClone(lucia) as Record<string, unknown>;
  const last = path.pop()!;
  const place = path.reduce((at, key) => at[key] as Record<string, unknown>, block);
  delete place[last];
  return block;
}

describe("Lucia as docs/lucia.yaml configures it", function () {
  // helm itself is built on a machine that has none.
  this.timeout(600_000);
  let app: Rendered;

  before(async () => {
    app = await renderApp(lucia);
  });

  it("is deployable", () => assert.equal(app.status, 0, app.words));

  it("runs one pod at any moment", () => {
    const { spec } = rendered(app, "Deployment", "lucia");
    assert.equal(spec!.replicas, 1);
    assert.deepEqual(spec!.strategy, { type: "Recreate" });
    assert.ok(!app.objects.some(({ kind }) => kind === "HorizontalPodAutoscaler"));
  });

  it("has one generated token, which both programs get and the values do not hold", async () => {
    for (const name of ["lucia", "lucia-timer-agent"]) {
      const { envFrom } = podTemplateOf(rendered(app, "Deployment", name))!.spec.containers[0]!;
      // The last one counts.
      assert.equal(envFrom!.at(-1)!.secretRef!.name, "lucia-internal");
    }
    const run = await recordApps([lucia]);
    assert.match(JSON.stringify(object(run, "Secret", "lucia-internal").recorded.inputs), /generated-for-/);
    assert.doesNotMatch(JSON.stringify(chartOf(run, "lucia").values), /generated-for-/);
  });

  it("is the same every time it is rendered", async () => {
    assert.deepEqual((await renderApp(lucia)).objects, app.objects);
    const random = without("values", "lucia", "internalAuthToken");
    assert.notDeepEqual((await renderApp(random)).objects, (await renderApp(random)).objects, "the test would not see it");
  });

  it("keeps Redis and MongoDB on claims of a class that there is", () => {
    for (const name of ["lucia-redis", "lucia-mongodb"]) {
      const [claim] = rendered(app, "StatefulSet", name).spec!.volumeClaimTemplates as Array<{
        spec: { storageClassName: string };
      }>;
      assert.equal(claim!.spec.storageClassName, "local-path");
    }
  });

  it("has bounds in every container, those that only wait too, and MongoDB is not root", () => {
    const templates = app.objects.map(podTemplateOf).filter((template) => template !== undefined);
    assert.equal(templates.length, 4);
    for (const template of templates) {
      for (const { name, resources } of containersOf(template)) assert.ok(resources?.limits?.memory, name);
    }
    const mongodb = podTemplateOf(rendered(app, "StatefulSet", "lucia-mongodb"))!;
    assert.equal(mongodb.spec.securityContext!.runAsUser, 999);
  });

  const refused: Array<[string, string[], RegExp]> = [
    ["the chart's own ingress", ["values", "lucia", "ingress"], /Ingress lucia would be a second way in/],
    ["the chart's autoscaler", ["values", "lucia", "autoscaling"], /HorizontalPodAutoscaler lucia would add replicas/],
  ];
  for (const [what, path, words] of refused) {
    it(`would be refused with ${what}`, async () => {
      const found = await renderApp(without(...path));
      assert.notEqual(found.status, 0);
      assert.match(found.words, words);
      assert.match(found.words, /The app lucia/);
    });
  }
});
