import assert from "node:assert/strict";
import { startsWithoutToken } from "../../kubernetes/localstackLicence";

describe("LocalStack's free releases", () => {
  for (const tag of ["4.14.0", "4.14", "4", "3", "v3.8", "s3-4.1", "0.14.2"]) {
    it(`hold ${tag}`, () => assert.equal(startsWithoutToken(tag, undefined), true));
  }
  for (const tag of [
    "4.15.0",
    "v4.15.0",
    "5",
    "5-arm64",
    "2026",
    "2026.3.1",
    "latest",
    "nightly",
    "edge",
    "s3-latest",
    undefined,
  ]) {
    it(`do not hold ${tag}`, () => assert.equal(startsWithoutToken(tag, undefined), false));
  }
  it("hold whatever a digest alone names", () => assert.equal(startsWithoutToken(undefined, "sha256:0"), true));
});
