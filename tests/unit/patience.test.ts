import assert from "node:assert/strict";
import { Hopeless, patiently } from "../../components/blocks/images/patience";

describe("patience with a registry", () => {
  const failing = (errors: Error[]) => {
    let tries = 0;
    const work = () => {
      const error = errors[tries++];
      return error ? Promise.reject(error) : Promise.resolve("done");
    };
    return { tries: () => tries, work };
  };

  it("does the work again, but not when that cannot help", async () => {
    const passing = failing([new Error("503")]);
    assert.equal(await patiently(passing.work), "done");
    assert.equal(passing.tries(), 2);
    const full = failing([new Hopeless("full"), new Error("503")]);
    await assert.rejects(patiently(full.work), /full/);
    assert.equal(full.tries(), 1);
  });
});
