import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isChartFolder, missingParts } from "../../components/services/apps/chart";
import { archiveDigest } from "../../components/blocks/images/archive";
import { digestOf, readArtifact } from "../../components/blocks/images/artifact";

describe("a chart's folder", () => {
  it("is distinguished from a name and an address", () => {
    for (const chart of ["./charts/x", "../x", "/x"]) assert.ok(isChartFolder(chart), chart);
    for (const chart of ["nginx", "oci://x/y", "https://x/y.tgz"]) assert.ok(!isChartFolder(chart), chart);
  });
});

describe("a chart's own file", () => {
  it("that is no YAML is named with its line", () => {
    const folder = mkdtempSync(join(tmpdir(), "chart-"));
    writeFileSync(join(folder, "Chart.yaml"), "name: x\ndependencies: [\n");
    assert.throws(() => missingParts(folder), /Chart\.yaml cannot be read, line \d: /);
    rmSync(folder, { recursive: true });
  });
});

describe("what is pushed to a registry", () => {
  const folder = mkdtempSync(join(tmpdir(), "artifact-"));
  after(() => rmSync(folder, { recursive: true }));
  const put = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it("is a manifest with the file as its only layer, under its own name", () => {
    const { manifest, blobs } = readArtifact(put("plan.json", '{"name":"plan"}'), "application/json");
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
    const digest = (content: string, type = "application/json") => readArtifact(put("x.json", content), type).manifest.digest;
    assert.equal(digest("{}"), digest("{}"));
    assert.notEqual(digest("{}"), digest("[]"));
    assert.notEqual(digest("{}"), digest("{}", "application/yaml"));
  });

  it("is no image when it is no archive", () => {
    assert.throws(() => archiveDigest(put("text.tar", "hello ".repeat(200))), /text\.tar is no tar archive/);
    assert.throws(() => archiveDigest(put("empty.tar", "")), /is no image archive/);
  });
});
