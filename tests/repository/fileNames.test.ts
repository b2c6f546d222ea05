import assert from "node:assert/strict";
import { basename, dirname } from "node:path";
import { RULES } from "../../policies/rules";
import { run } from "../../shared/process";
import { root } from "../../shared/paths";

/* Names of files: camelCase; a policy rule's file has the rule's id, a test on the lab its place in their order. */

const files = run("git", ["ls-files", "*.ts"], { cwd: root }).stdout.trim().split("\n");
const ids = new Set(RULES.map(({ id }) => id));
const CAMEL_CASE = /^[a-z][A-Za-z0-9]*$/;

function isNamedRight(path: string): boolean {
  const [name = ""] = basename(path).split(".");
  if (dirname(path).startsWith("policies/rules/") && ids.has(name)) return true;
  return CAMEL_CASE.test(dirname(path) === "tests/e2e" ? name.replace(/^\d-/, "") : name);
}

describe("the names of files", () => {
  it("are in one style", () => {
    assert.deepEqual(
      files.filter((path) => !isNamedRight(path)),
      [],
    );
  });

  it("would be seen in another", () => {
    for (const path of ["lab/apply-addons.ts", "policies/rules/routing/of-no-rule.ts", "cli/Start.ts", "tests/cli/1-a.test.ts"]) {
      assert.equal(isNamedRight(path), false, path);
    }
  });
});
