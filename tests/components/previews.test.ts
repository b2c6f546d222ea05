import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { stateOf } from "../../components/pulumiInternals";
import { afterTheOthers } from "../../components/services/apps/previews";

/* What becomes of the errors of several apps. */

describe("apps that are refused", () => {
  const told: string[] = [];
  const late: unknown[] = [];
  const tell = (error: unknown) => void told.push((error as Error).message);
  const handled = (promise: unknown) => void late.push(promise);

  let others: NodeJS.UnhandledRejectionListener[] = [];
  before(() => {
    // mocha's own would take them for failures of the test.
    others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", tell);
    process.on("rejectionHandled", handled);
  });
  after(() => {
    process.off("unhandledRejection", tell);
    process.off("rejectionHandled", handled);
    for (const other of others) process.on("unhandledRejection", other);
  });

  it("are each reported once, when all have been looked at, and later readers cause no warning of Node's", async () => {
    const turn = () => new Promise(setImmediate);
    const refused = async (words: string, turns: number): Promise<pulumi.Output<string>> => {
      for (let i = 0; i < turns; i++) await turn();
      throw new pulumi.RunError(words);
    };
    let ready = false;
    const good = async () => {
      for (let i = 0; i < 5; i++) await turn();
      ready = true;
      return pulumi.output("ready");
    };
    const outputs = [afterTheOthers(refused("web", 0)), afterTheOthers(good()), afterTheOthers(refused("todo", 3))];
    while (told.length < 2) {
      await turn();
      assert.ok(ready || told.length === 0, "told before all were looked at");
    }
    await turn();
    for (const [index, words] of [
      [0, /web$/],
      [2, /todo$/],
    ] as const) {
      await assert.rejects(stateOf(outputs[index]!).isKnown, words);
      await assert.rejects((outputs[index] as unknown as { promise(): Promise<string> }).promise(), words);
    }
    await turn();
    await turn();
    assert.deepEqual(told.sort(), ["todo", "web"]);
    assert.deepEqual(late, []);
  });
});
