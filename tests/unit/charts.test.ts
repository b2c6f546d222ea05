import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { hookFiles, isChartFolder } from "../../components/apps/chart";
import { archiveDigest } from "../../components/apps/images/archive";
import { digestOf, readArtefact } from "../../components/apps/images/artefact";

describe("a chart's folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "chart-"));
  after(() => rmSync(folder, { recursive: true }));
  const put = (file: string, content: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  };

  it("is told from a name and an address", () => {
    for (const chart of ["./charts/x", "../x", "/x"]) assert.ok(isChartFolder(chart), chart);
    for (const chart of ["nginx", "oci://x/y", "https://x/y.tgz"]) assert.ok(!isChartFolder(chart), chart);
  });

  it("is searched for hooks that an installation would run, also in its parts", () => {
    const hook = (kind: string) => `metadata:\n  annotations:\n    "helm.sh/hook": ${kind}\n`;
    put("templates/migrate.yaml", hook("pre-upgrade"));
    put("templates/test.yaml", hook("test"));
    put("templates/app.yaml", "kind: Deployment\n");
    put("charts/part/templates/seed.yml", hook('"post-install,post-upgrade"'));
    put("values.yaml", hook("pre-install"));
    assert.deepEqual(hookFiles(folder), ["charts/part/templates/seed.yml", "templates/migrate.yaml"]);
    assert.deepEqual(hookFiles("oci://example.org/x"), []);
  });
});

describe("what is pushed to a registry", () => {
  const folder = mkdtempSync(join(tmpdir(), "artefact-"));
  after(() => rmSync(folder, { recursive: true }));
  const put = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it("is a manifest with the file as its only layer, under its own name", () => {
    const { manifest, blobs } = readArtefact(put("plan.json", '{"name":"plan"}'), "application/json");
    const { layers, config, artifactType } = JSON.parse(manifest.content.toString()) as {
      layers: { digest: string; annotations: object }[];
      config: { digest: string };
      artifactType: string;
    };
    assert.equal(artifactType, "application/json");
    assert.deepEqual(layers[0]!.annotations, { "org.opencontainers.image.title": "plan.json" });
    assert.deepEqual(
      [config.digest, layers[0]!.digest],
      blobs.map(({ digest }) => digest),
    );
    assert.equal(layers[0]!.digest, digestOf(Buffer.from('{"name":"plan"}')));
    assert.equal(manifest.digest, digestOf(manifest.content));
  });

  it("is another one when the content or its type is", () => {
    const digest = (content: string, type = "application/json") => readArtefact(put("x.json", content), type).manifest.digest;
    assert.equal(digest("{}"), digest("{}"));
    assert.notEqual(digest("{}"), digest("[]"));
    assert.notEqual(digest("{}"), digest("{}", "application/yaml"));
  });

  it("is no image when it is no archive", () => {
    assert.throws(() => archiveDigest(put("text.tar", "hello ".repeat(200))), /text\.tar is no tar archive/);
    assert.throws(() => archiveDigest(put("empty.tar", "")), /is no image archive/);
  });
});
