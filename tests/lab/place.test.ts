import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeFolder } from "../../shared/place";

describe("a folder of the shared cache", () => {
  const base = mkdtempSync(join(tmpdir(), "place-"));
  after(() => rmSync(base, { recursive: true }));

  function made(name: string): string {
    const folder = join(base, name);
    mkdirSync(folder);
    writeFileSync(join(folder, "by"), name);
    return folder;
  }

  it("is the first one made, where two were, and nothing is left of the other", () => {
    const folder = join(base, "program");
    placeFolder(made("first"), folder);
    placeFolder(made("second"), folder);
    assert.equal(readFileSync(join(folder, "by"), "utf8"), "first");
    assert.equal(existsSync(join(base, "second")), false);
  });

  it("is not made of nothing", () => {
    assert.throws(() => placeFolder(join(base, "absent"), join(base, "other")), /ENOENT/);
  });
});
