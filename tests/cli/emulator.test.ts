import assert from "node:assert/strict";
import { emulatorSettings } from "../../cli/shared/emulator";
import { UserError } from "../../lab/shared/process";
import { recipes } from "../../lab/images/localstack/recipes";

describe("the AWS emulator on the lab", () => {
  const rows: [string, unknown, Record<string, unknown>][] = [
    ["without a section", undefined, {}],
    ["switched off", { enabled: false, flavor: "floci" }, {}],
    ["an image of the user's own", { enabled: true, flavor: "floci", image: "example.test/floci:1" }, {}],
    ["the default flavor", { enabled: true }, { image: "docker.io/homelab-lab/localstack:4.7.0" }],
    ["switched on as text", { enabled: "true", flavor: "ministack" }, { image: "docker.io/homelab-lab/ministack:1.4.21" }],
    [
      "what cannot be had",
      { enabled: true, flavor: "localstack-persist" },
      { flavor: "ministack", image: "docker.io/homelab-lab/ministack:1.4.21" },
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
    for (const flavor of ["floci", "localstack-pro"])
      assert.match(refused({ enabled: true, flavor }), /Set homelab:localstack\.flavor/);
    assert.match(refused({ enabled: true, tables: [{ name: "orders" }] }), /no DynamoDB.*ministack/);
  });

  it("is assembled from packages whose versions are all fixed", () => {
    for (const recipe of Object.values(recipes)) {
      const lines = recipe().requirements.trim().split("\n");
      assert.ok(lines.length > 10);
      for (const line of lines) assert.match(line, /^[\w.-]+==\S+$/);
    }
  });
});
