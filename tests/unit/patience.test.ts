import assert from "node:assert/strict";
import { patiently } from "../../components/apps/images/patience";

describe("patience with a registry that is not there yet", () => {
  it("has what the first success gives", async () => {
    let tries = 0;
    const work = () => (++tries < 3 ? Promise.reject(new Error("not yet")) : Promise.resolve("there"));
    assert.equal(await patiently(work, 10), "there");
    assert.equal(tries, 3);
  });

  it("ends with the last failure", async () => {
    let tries = 0;
    await assert.rejects(
      patiently(() => Promise.reject(new Error(`failure ${++tries}`)), 2),
      ({ message }: Error) => message === `failure ${tries}` && tries > 1,
    );
  });
});
