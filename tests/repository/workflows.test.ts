import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readDocument } from "../../kubernetes/yaml";
import { buildPrograms } from "../../lab/engine/build";
import { actionlint } from "../../lab/engine/programs";
import { root } from "../../shared/paths";
import { run } from "../../shared/process";

const folder = join(root, ".github", "workflows");
const files = readdirSync(folder).map((file) => join(folder, file));
/** For other projects, to copy. */
const offered = join(root, "policies", "ci", "github.yml");

describe("the workflows", function () {
  this.timeout(300_000);

  it("are right as actionlint sees them", async () => {
    const { actionlint: program } = await buildPrograms([actionlint]);
    const { status, stdout } = run(program!, ["-no-color", "-shellcheck=", ...files, offered], { allowFailure: true });
    assert.equal(status, 0, stdout);
  });

  it("run npm scripts that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const called = files.flatMap((file) => {
      const { jobs } = readDocument(readFileSync(file, "utf8")) as { jobs: Record<string, { steps: { run?: string }[] }> };
      const lines = Object.values(jobs).flatMap(({ steps }) => steps.map((step) => step.run ?? ""));
      return lines.flatMap((line) => [...line.matchAll(/\bnpm (?:run (?:--silent )?)?([a-z]+)/g)].map((match) => match[1]!));
    });
    assert.ok(called.length >= 4, String(called));
    for (const script of called) assert.ok(script in scripts, script);
  });
});
