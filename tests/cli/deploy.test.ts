import assert from "node:assert/strict";
import { hasChanges } from "../../cli/shared/deploy";

const unchanged = "Policies:\n    ok homelab-policies\n\nResources:\n    54 unchanged\n";

describe("whether a preview found anything to do", () => {
  const table: Array<[string, string, boolean]> = [
    ["nothing", unchanged, false],
    ["a creation", "Resources:\n    + 1 to create\n    53 unchanged\n", true],
    ["an update", "Resources:\n    ~ 1 to update\n    53 unchanged\n", true],
    ["a replacement", "Resources:\n    +-1 to replace\n    53 unchanged\n", true],
    ["a deletion", "Resources:\n    - 2 to delete\n    53 unchanged\n", true],
    ["an output alone", `Outputs:\n  ~ nextSteps: "a" => "b"\n\n${unchanged}`, true],
  ];
  for (const [what, words, expected] of table) {
    it(`${what}: ${expected ? "deploy" : "leave it"}`, () => assert.equal(hasChanges(words), expected));
  }
});
