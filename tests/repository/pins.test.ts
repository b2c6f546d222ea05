import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../lab/shared/process";
import { root } from "../../lab/shared/paths";

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
      "components/kubernetes/images.ts: docker.io/library/registry 3.1.1",
      "lab/images/catalogue.ts: docker.io/library/registry 3.1.1",
      "Pulumi.homelab.yaml: docker.io/library/registry 3.1.1",
      "README.md: docker.io/library/registry 3.1.1",
      "components/config/localstackFlavors.ts: docker.io/localstack/localstack 4.14.0",
      "Pulumi.dev.yaml: docker.io/keinos/sqlite3 3.46.1",
    ]) {
      assert.ok(pins.includes(pin), `${pin} is not found among\n${pins.join("\n")}`);
    }
  });

  it("find kind's charts, with their repositories", () => {
    assert.deepEqual(
      found(charts).map((pin) => pin.replace(/ v?\d[\d.]*$/, "")),
      ["cli/shared/kind.ts: traefik", "cli/shared/kind.ts: cert-manager"],
    );
  });
});
