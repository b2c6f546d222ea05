import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../shared/process";
import { images as meant } from "../../kubernetes/images";
import { root } from "../../shared/paths";

interface Manager {
  managerFilePatterns: string[];
  matchStrings: string[];
  datasourceTemplate: string;
}

const { customManagers } = JSON.parse(readFileSync(join(root, "renovate.json"), "utf8")) as { customManagers: Manager[] };
const tracked = run("git", ["ls-files"], { cwd: root }).stdout.trim().split("\n");

/** A pattern of Renovate is a regular expression between slashes. */
const expression = (pattern: string) => new RegExp(pattern.slice(1, -1));

/** What the update bot finds in the tree: `file: name version`. */
function found({ managerFilePatterns, matchStrings }: Manager): string[] {
  const files = tracked.filter((file) => managerFilePatterns.some((pattern) => expression(pattern).test(file)));
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return matchStrings.flatMap((pattern) =>
      [...text.matchAll(new RegExp(pattern, "g"))].map(({ groups }) => `${file}: ${groups!.depName} ${groups!.currentValue}`),
    );
  });
}

describe("the update bot's patterns", () => {
  const [images, charts] = customManagers as [Manager, Manager];

  it("find the images of the platform wherever their versions stand", () => {
    const pins = found(images);
    for (const pin of [
      "kubernetes/images.ts: docker.io/library/registry 3.1.1",
      "lab/images/catalogue.ts: docker.io/library/traefik v3.6.12",
      "Pulumi.homelab.yaml: docker.io/library/registry 3.1.1",
      "README.md: docker.io/library/registry 3.1.1",
      "kubernetes/images.ts: docker.io/localstack/localstack 4.14.0",
      "docs/configuration.md: docker.io/keinos/sqlite3 3.46.1",
      "homelab.schema.json: docker.io/keinos/sqlite3 3.46.1",
    ]) {
      assert.ok(pins.includes(pin), `${pin} is not found among\n${pins.join("\n")}`);
    }
  });

  it("find no other version of an image of the platform anywhere", () => {
    const platform = new Map(Object.values(meant).map((image) => image.split(/:(?=[^/]*$)/) as [string, string]));
    const others = found(images).filter((pin) => {
      const [, name, version] = pin.split(" ") as [string, string, string];
      return platform.has(name) && platform.get(name) !== version;
    });
    assert.deepEqual(others, []);
  });

  it("name all images of the table, each with its registry and a version", () => {
    const pins = found(images);
    for (const image of Object.values(meant)) {
      assert.ok(pins.includes(`kubernetes/images.ts: ${image.split(/:(?=[^/]*$)/).join(" ")}`), image);
    }
  });

  it("find kind's charts, with their repositories", () => {
    assert.deepEqual(
      found(charts).map((pin) => pin.replace(/ v?\d[\d.]*$/, "")),
      ["cli/clusters/kind.ts: traefik", "cli/clusters/kind.ts: cert-manager"],
    );
  });
});
