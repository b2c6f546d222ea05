import assert from "node:assert/strict";
import { luminaSettings } from "../../cli/clusters/lab/lumina";
import { luminaImages } from "../../lab/images/lumina";

describe("Lumina on the lab", () => {
  const lumina = { name: "todo", chart: "./charts/lumina", images: { fromPlatform: true } };

  it("gets images for its three services and its copies", () => {
    const backup = { every: 24, image: "docker.io/keinos/sqlite3:3.46.1" };
    const [app] = luminaSettings([{ ...lumina, database: { claim: "data", backup } }]) as [
      { images: { push: { name: string }[] }; database: { claim: string; backup: object } },
    ];
    assert.equal(app.images.push.length, 4);
    assert.deepEqual(app.database, { claim: "data", backup: { every: 24, image: luminaImages.sqlite3 } });
  });

  const left: Array<[string, unknown]> = [
    ["another chart", [{ ...lumina, chart: "./charts/mine" }]],
    ["images of the user's own", [{ ...lumina, images: { fromPlatform: true, push: [{ name: "a:1", archive: "a.tar" }] } }]],
    ["images from elsewhere", [{ ...lumina, images: { fromPlatform: false } }]],
    ["no apps", undefined],
    ["what is no list", "lumina"],
  ];
  for (const [what, apps] of left) it(`leaves ${what} alone`, () => assert.deepEqual(luminaSettings(apps), apps));
});
