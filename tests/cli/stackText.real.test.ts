import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readStackText, stackText } from "../../cli/shared/stackText";
import { realPulumi, type RealPulumi } from "../realPulumi";

/* Stack files beside the reader that deploys them: the real pulumi. */
describe("stack files beside Pulumi's own reader", function () {
  // Go compiles it the first time.
  this.timeout(900_000);
  let real: RealPulumi;

  before(async () => {
    real = await realPulumi("name: homelab\nruntime: yaml\n");
    real.run("stack", "init", "t");
  });
  after(() => real.remove());

  /** What the program gets of `homelab:value`. */
  function pulumiReads(text: string): unknown {
    writeFileSync(join(real.folder, "Pulumi.t.yaml"), text);
    const read = JSON.parse(real.run("config", "--stack", "t", "--json")) as Record<string, { value: string }>;
    return JSON.parse(read["homelab:value"]!.value);
  }

  const words = fc.constantFrom(
    ..."true True yes No on OFF y n null ~ << = 2020_1 2026-09-14 1:30 0755 0o17 0b11 0x1F 1e3".split(" "),
  );
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789_.:-+eExobTZ"), maxLength: 12 });
  const scalar = fc.oneof(words, digits);
  const text = fc.oneof(scalar, fc.string({ unit: fc.constantFrom(..."ab01:#-? \"'{}[],&*!|>%@`~<.\n\\é"), maxLength: 80 }));

  // Without tabs, texts that begin with a line end, and keys of several lines or named <<: Pulumi writes structured values once more
  // for itself, and does not read all of those back as they were, whoever wrote the file.
  it("texts of every kind arrive as they were", () => {
    const texts = fc.sample(text, 3_000).filter((one) => !one.startsWith("\n"));
    const keyed = Object.fromEntries(texts.filter((key) => /^.+$/.test(key) && key !== "<<").map((key) => [key, key]));
    const value = { texts, keyed, numbers: [1, -1.5, 0, 1e21], others: [true, false, null] };
    assert.deepEqual(pulumiReads(stackText({ config: { "homelab:value": value } })), value);
  });

  it("bare scalars are read as Pulumi reads them, but for times", () => {
    const IS_TIME = /^\d{4}-\d{1,2}-\d{1,2}/;
    const bare = fc
      .sample(scalar, 5_000)
      .filter((one) => one === one.trim() && !IS_TIME.test(one) && !/^- |: |:$|^-$|^$|^[?]|^<<$|^---|^\.\.\./.test(one));
    const written = `config:\n  homelab:value:\n${bare.map((one) => `    - ${one}\n`).join("")}`;
    // As JSON, which has no sign of zero.
    const { config } = JSON.parse(JSON.stringify(readStackText(written))) as { config: Record<string, unknown[]> };
    const expected = pulumiReads(written) as unknown[];
    bare.forEach((one, index) => assert.deepEqual(config["homelab:value"]![index], expected[index], one));
  });

  it("merges and anchors as Pulumi reads them, and a date as it is written", () => {
    const written = "config:\n  homelab:value:\n    a: &a {b: 2020_1, c: yes}\n    d: {<<: *a, c: 'no'}\n    e: *a\n";
    const { config } = readStackText(written) as { config: Record<string, unknown> };
    assert.deepEqual(pulumiReads(written), config["homelab:value"]);
    assert.deepEqual(readStackText("a: 2026-09-14\nb: '2020_1'\n"), { a: "2026-09-14", b: "2020_1" });
  });
});
