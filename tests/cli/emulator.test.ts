import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { emulatorSettings } from "../../cli/clusters/lab/emulator";
import { flavorFacts } from "../../components/services/localstack/flavorFacts";
import { UserError } from "../../shared/process";
import { emulatorImageNames, emulatorVersions } from "../../lab/images/localstack";
import { recipes } from "../../lab/images/localstack/recipes";
import { root } from "../../shared/paths";

describe("the AWS emulator on the lab", () => {
  const rows: [string, unknown, Record<string, unknown>][] = [
    ["without a section", undefined, {}],
    ["switched off", { enabled: false, flavor: "floci" }, {}],
    ["an image of the user's own", { enabled: true, flavor: "floci", image: "example.test/floci:1" }, {}],
    ["the default flavor", { enabled: true }, { image: emulatorImageNames.localstack }],
    ["switched on as text", { enabled: "true", flavor: "ministack" }, { image: emulatorImageNames.ministack }],
    [
      "what cannot be had",
      { enabled: true, flavor: "localstack-persist" },
      { flavor: "ministack", image: emulatorImageNames.ministack },
    ],
  ];
  for (const [name, section, expected] of rows) {
    it(`changes what it must: ${name}`, () => assert.deepEqual(emulatorSettings(section), expected));
  }

  it("refuses what it cannot run, with the way out", () => {
    const refused = (section: unknown) => {
      try {
        return String(JSON.stringify(emulatorSettings(section)));
      } catch (error) {
        assert.ok(error instanceof UserError);
        return error.message;
      }
    };
    for (const flavor of ["floci", "localstack-pro"]) {
      assert.match(refused({ enabled: true, flavor }), /Set homelab:localstack\.flavor/);
    }
    assert.match(refused({ enabled: true, tables: [{ name: "orders" }] }), /no DynamoDB.*ministack/);
  });

  for (const emulator of ["localstack", "ministack"] as const) {
    it(`is the version that a home gets: ${emulator}`, () => {
      const { image } = flavorFacts[emulator];
      assert.equal(emulatorVersions[emulator], image.slice(image.lastIndexOf(":") + 1));
      assert.equal(emulatorImageNames[emulator], `docker.io/homelab-lab/${emulator}:${emulatorVersions[emulator]}`);
      const row = new RegExp(`\\| \`${image.replace("docker.io/", "")}\` \\|.*from its Python package`);
      assert.match(readFileSync(join(root, "README.md"), "utf8"), row);
    });
  }

  it("is assembled from packages whose versions are all fixed", () => {
    for (const recipe of Object.values(recipes)) {
      const lines = recipe().requirements.trim().split("\n");
      assert.ok(lines.length > 10);
      for (const line of lines) assert.match(line, /^[\w.-]+==\S+$/);
    }
  });
});
