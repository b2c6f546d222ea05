import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pageFile } from "../../cli/measure/emulators";
import { items } from "../../cli/measure/emulators/items";
import { examPage } from "../../cli/measure/emulators/page";
import { FLAVORS, flavorFacts, type Flavor } from "../../components/services/localstack/flavorFacts";
import {
  counts,
  examined,
  examWords,
  fromStored,
  lossWords,
  lostAtCrash,
  lostAtRestart,
  toStored,
  type Exam,
} from "../../components/services/localstack/losses";
import { root } from "../../shared/paths";
import { stackConfig } from "../program/program";

const again = "run: npm run bench -- --emulators";

describe("the exam of the AWS emulators", () => {
  it("was taken with the emulators and the things of today", () => {
    assert.deepEqual(Object.keys(examined).sort(), ["localstack", "localstack-persist", "ministack"], again);
    for (const [flavor, exam] of Object.entries(examined)) {
      const { image } = flavorFacts[flavor as Flavor];
      assert.equal(exam.version, image.slice(image.lastIndexOf(":") + 1), again);
      const names = (list: readonly { service: string; name: string }[]) =>
        list.map(({ service, name }) => `${service}: ${name}`);
      assert.deepEqual(names(exam.rows), names(items), again);
    }
  });

  it("stands in docs/emulators.md", () => assert.equal(readFileSync(pageFile, "utf8"), examPage(examined), again));

  it("stands in README's table", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    for (const [flavor, exam] of Object.entries(examined)) {
      const cell = new RegExp(`^\\| \`${flavor}\`.*? \\| .*? \\| (.*?) \\|`, "m").exec(readme)![1]!;
      const { things, restart, crash } = counts(exam);
      assert.ok(cell.startsWith(`${restart} of ${things} things kept`), cell);
      if (restart > 0) assert.ok(cell.includes(`; ${crash} after a crash`), cell);
    }
  });

  it("is the reason for the emulator that the stack homelab has", () => {
    const { flavor: meant } = stackConfig("homelab")["homelab:localstack"] as { flavor: Flavor };
    const lost = (exam: Exam) => counts(exam).things - counts(exam).crash;
    const chosen = examined[meant]!;
    for (const [flavor, exam] of Object.entries(examined)) assert.ok(lost(chosen) <= lost(exam), flavor);
  });

  it("stands in what the outputs say of a flavor, or that there was none", () => {
    for (const flavor of FLAVORS) assert.ok(flavorFacts[flavor].state.endsWith(examWords(flavor)), flavor);
    assert.match(
      flavorFacts.ministack.state,
      /exam of 1\.5\.33 a restart lost: of S3 .* A crash lost, of what came since its start: of S3 /,
    );
    assert.match(flavorFacts["localstack-persist"].state, /A crash lost what came in its last seconds$/);
    assert.match(flavorFacts.floci.state, /has not examined/);
  });

  const exam = (...rows: [service: string, name: string, words: string][]): Exam => {
    const services: Record<string, Record<string, string>> = {};
    for (const [service, name, words] of rows) (services[service] ??= {})[name] = words;
    return fromStored({ version: "1", services });
  };
  const some = exam(
    ["S3", "a", "kept kept kept kept"],
    ["S3", "b", "kept kept kept lost"],
    ["S3", "c", "lost lost lost lost"],
    ["SQS", "d", "kept kept lost lost"],
    ["SQS", "e", "could not be made"],
  );

  it("counts what could be made, and not what was too young to be saved", () => {
    assert.deepEqual(counts(some), { things: 4, restart: 3, crash: 2 });
  });

  it("names what was lost, and a service of which nothing came back by its name alone", () => {
    assert.equal(lossWords(some, lostAtRestart), "of S3 c");
    assert.equal(lossWords(some, lostAtCrash), "of S3 c; all of SQS");
    assert.equal(lossWords(exam(["S3", "a", "kept kept kept kept"]), lostAtCrash), "nothing");
    assert.equal(lossWords(exam(["S3", "a", "lost lost lost lost"]), lostAtRestart), "everything");
  });

  it("is the same after it was stored", () => assert.deepEqual(fromStored(toStored(some)), some));
});
