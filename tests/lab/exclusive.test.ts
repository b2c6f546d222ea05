import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { exclusively } from "../../lab/exclusive";

const lab = `test-${process.pid}`;
const alone = <T>(action: () => Promise<T>) => exclusively(action, lab);

const holder = `const { exclusively } = require(${JSON.stringify(join(__dirname, "../../lab/exclusive"))});
void exclusively(() => new Promise(() => { console.log("held"); setInterval(() => {}, 1000); }), ${JSON.stringify(lab)});`;

describe("one command at a time for a lab", () => {
  it("refuses a second one while the first is at work, in this process or another", async () => {
    await alone(async () => {
      await assert.rejects(
        alone(async () => {}),
        /Another command is starting or stopping the lab/,
      );
    });
    assert.equal(await alone(() => Promise.resolve("done")), "done");
  });

  it("is free again after an action failed", async () => {
    await assert.rejects(
      alone(() => Promise.reject(new Error("as planned"))),
      /as planned/,
    );
    await alone(async () => {});
  });

  it("is free again after its holder was killed", async function () {
    this.timeout(20_000);
    const child = spawn(process.execPath, ["--import=tsx", "--eval", holder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await assert.rejects(
      alone(async () => {}),
      /Another command/,
    );
    child.kill("SIGKILL");
    await once(child, "exit");
    await alone(async () => {});
  });
});
