import assert from "node:assert/strict";
import fc from "fast-check";
import { adapt, readRendering, writeRendering, type AdaptSettings, type KubeObject } from "../../components/services/apps/adapt";
import { luminaApp } from "../fixtures/lumina/app";
import { adaptSettings } from "./adaptSettings";
import { chartOf, recordApps, rendered, renderApp } from "./apps";

const awkward = (values = {}) => ({ name: "awkward", chart: "./tests/fixtures/charts/awkward", values });

describe("what a chart rendered", () => {
  it("keeps its meaning through helm and the post-renderer: words, octal modes, white space, keys without a value", async () => {
    const found = await renderApp(awkward());
    assert.equal(found.status, 0, found.words);
    const { data } = rendered(found, "ConfigMap", "words");
    assert.deepEqual(data, { YES: "yes", N: "off", NUMBER: "1_000", MODE: "0755", EMPTY: "", script: "first\n  \nlast\n" });
    const { spec } = rendered(found, "Deployment", "awkward").spec!.template!;
    const [main] = spec.containers;
    assert.deepEqual(main!.args, ["--appendonly", "yes", "--sized", "1_0"]);
    assert.equal(main!.tty, true);
    assert.equal("env" in main! || "envFrom" in main!, false);
    assert.ok(main!.resources?.limits?.memory, "the limits that the platform adds");
    assert.deepEqual(spec.volumes, [{ name: "words", configMap: { name: "words", defaultMode: 0o755 } }]);
  });

  it("is JSON afterwards, which every reader reads alike, with all digits of its integers", () => {
    const { objects } = readRendering("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\nbig: 9007199254740993\n");
    assert.match(writeRendering(objects), /^\{.*"big":9007199254740993.*\}\n$/);
  });

  it("has its Lists taken apart, and what is no object left out", () => {
    const list = `{ apiVersion: v1, kind: List, metadata: {}, items: [{ apiVersion: v1, kind: Secret, metadata: { name: a } }] }`;
    const { objects } = readRendering(`${list}\n---\n# nothing\n---\ntext\n`);
    assert.deepEqual(
      objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ["Secret a"],
    );
  });

  it("that cannot be read is refused with its line", () => {
    const { problems } = readRendering("kind: A\nmetadata: { name: a }\n---\nkind: [\n");
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /cannot be read, line \d+: .*helm template/);
  });

  it("with an empty entry where an object has to be is refused by its place", () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [null] } };
    const { problems } = adapt([pod], adaptSettings());
    assert.ok(
      problems.includes("Pod p has an empty entry at spec.containers[0]: give it a value, or take it away in the values"),
      problems.join("\n"),
    );
  });

  it("may have nothing in any one place, and is adapted or refused, never a reason to crash", async () => {
    const { postRenderer } = chartOf(await recordApps([luminaApp([])], true), "lumina");
    const given = JSON.parse(postRenderer.args.at(-1)!) as AdaptSettings;
    const { objects } = await renderApp(luminaApp([]));
    const places = objects.flatMap((object, i) => pathsOf(object).map((path) => [i, ...path]));
    assert.ok(places.length > 300, String(places.length));
    fc.assert(
      fc.property(fc.constantFrom(...places), (place) => {
        adapt(withNull(objects, place), given);
      }),
      { numRuns: places.length * 2 },
    );
  });
});

function pathsOf(value: unknown): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, child]) => [[key], ...pathsOf(child).map((path) => [key, ...path])]);
}

function withNull(objects: readonly KubeObject[], path: (string | number)[]): KubeObject[] {
  const copy = structuredClone(objects) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1)!] = null;
  return copy as unknown as KubeObject[];
}
