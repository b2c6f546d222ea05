import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { readBlocks, renderVerdicts, verdictOf } from "../../cli/measure/charts";
import { appOfUrn } from "../../cli/engine/events";
import { root } from "../../shared/paths";

const urn = (name: string) => `urn:pulumi:homelab::homelab::kubernetes:apps/v1:Deployment::homelab-app-${name}`;

describe("the blocks for public charts", () => {
  const text = `# heading\n\n- name: a\n  chart: ./a\n\n  # why\n  values: { b: ${"1".repeat(132)} }\n\n- name: a-b\n  chart: oci://x/y\n  version: 1.0.0\n`;
  const blocks = readBlocks(text);

  it("are counted without empty lines and comments, long lines as several", () => {
    assert.deepEqual(
      blocks.map(({ name, lines }) => [name, lines]),
      [
        ["a", 4],
        ["a-b", 3],
      ],
    );
  });

  it("get what is said of their own app alone", () => {
    const events = [
      {
        diagnosticEvent: {
          severity: "error",
          message: "The app a cannot be deployed like this; nothing of it was changed:\n  - no",
        },
      },
      { diagnosticEvent: { severity: "warning", message: "The app a-b: its chart has hooks, and nothing of them happens" } },
      { policyEvent: { resourceUrn: urn("a-b-chart:x/y"), enforcementLevel: "mandatory", message: "Title.\n[probes] none" } },
    ] as EngineEvent[];
    const verdicts = blocks.map((block) => verdictOf(block, "1", events, ["a", "a-b"]));
    assert.equal(verdicts[0]!.refused.length, 1);
    assert.deepEqual(verdicts[0]!.advice, []);
    const table = renderVerdicts(verdicts);
    assert.match(table, /\| a \| 1 \| 4 \| \*\*refused\*\*: no \|/);
    assert.match(table, /\| a-b \(y\) \| 1 \| 3 \| \*\*refused\*\*: probes; advice: hooks \|/);
    assert.match(table, /0 of 2 pass/);
  });

  it("that are shipped are different apps of ten lines or fewer", () => {
    const shipped = readBlocks(readFileSync(join(root, "docs", "charts.yaml"), "utf8"));
    assert.equal(new Set(shipped.map(({ name }) => name)).size, shipped.length);
    for (const { name, lines } of shipped) assert.ok(lines <= 10, name);
  });
});

it("an object's app is the longest name that its own begins with", () => {
  assert.equal(appOfUrn(urn("a-b-data-claim"), ["a", "a-b"]), "a-b");
  assert.equal(appOfUrn(urn("a-data-claim"), ["a", "a-b"]), "a");
  assert.equal(appOfUrn(urn("ab"), ["a"]), undefined);
});
