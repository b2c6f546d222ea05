import assert from "node:assert/strict";
import { labCluster } from "../../cli/clusters/lab";
import { openStack } from "../../cli/shared/pulumi";
import { DEV } from "../../cli/shared/stacks";
import { converged, deployed, kept, killed, random, seed, TARGETS, type Overrides } from "./killed/killed";
import { first, second } from "./killed/stacks";
import { npm, succeeded } from "./support";

/* Deployments that are killed at any moment. The same again: SEED=... npm run e2e -- tests/e2e/killed.long.test.ts */

const MOMENTS = 10;
const next = random(seed);
const moments = Array.from({ length: MOMENTS }, (_, index) => ({
  target: TARGETS[index % TARGETS.length]!,
  at: next(),
  back: next() < 0.5,
}));

const stackOf = (overrides: Overrides) => openStack(DEV, labCluster, overrides);

/** Seconds that the engine takes for a deployment when nobody kills it. */
async function timed(overrides: Overrides): Promise<number> {
  const begin = Date.now();
  await deployed(overrides);
  return (Date.now() - begin) / 1000;
}

describe(`a deployment that is killed at any moment (seed ${seed})`, function () {
  this.timeout(1_800_000);

  const emptyLab = () => {
    succeeded(npm("stop", "--data"));
    succeeded(npm("lab", "up"));
  };
  after(emptyLab);

  describe("the first one", () => {
    let seconds: number;
    before(async () => {
      emptyLab();
      seconds = await timed(first);
      await converged(stackOf(first));
    });

    for (const { target, at } of moments) {
      it(`${target} at ${(at * 100).toFixed(0)} %: the next one converges`, async () => {
        emptyLab();
        const run = await killed(first, target, (ms) => ms / 1000 >= at * seconds * 0.7);
        if (!run.killed) console.log("        it had ended before");
        await deployed(first);
        await converged(stackOf(first));
      });
    }
  });

  describe("an update", () => {
    const seconds: Record<string, number> = {};
    let made: Record<string, string>;
    let present = "second";
    const stacks: Record<string, Overrides> = { first, second };

    before("both ways without being killed", async () => {
      emptyLab();
      await deployed(first);
      made = kept();
      seconds.second = await timed(second);
      seconds.first = await timed(first);
      present = "first";
    });

    for (const { target, at, back } of moments) {
      it(`${target} at ${(at * 100).toFixed(0)} %${back ? ", and the settings go back" : ""}: the next one converges`, async () => {
        const other = present === "first" ? "second" : "first";
        const run = await killed(stacks[other]!, target, (ms) => ms / 1000 >= at * seconds[other]! * 0.7);
        if (!run.killed) console.log("        it had ended before");
        present = back ? present : other;
        await deployed(stacks[present]!);
        await converged(stackOf(stacks[present]!));
        assert.deepEqual(kept(), made);
      });
    }
  });
});
