import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDocument } from "../../kubernetes/yaml";
import { root } from "../../shared/paths";
import { run } from "../../shared/process";
import { capture, scratch, succeeded } from "./support";

interface Step {
  run?: string;
  env?: Record<string, string>;
}

/* The lines of .github/workflows as they stand, on a clone of this checkout without a lab. GitHub's own program is a stand-in. */
describe("the workflow of pull requests", function () {
  const workflow = readFileSync(join(root, ".github", "workflows", "preview.yml"), "utf8");
  const { steps } = (readDocument(workflow) as { jobs: { preview: { steps: Step[] } } }).jobs.preview;
  const lines = steps.flatMap(({ run: line }) => (line === undefined ? [] : [line]));
  let clone: string;

  before(() => {
    const folder = scratch("workflow");
    clone = join(folder, "clone");
    run("git", ["clone", "--quiet", root, clone]);
    symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
    mkdirSync(join(folder, "bin"), { recursive: true });
    const gh = join(folder, "bin", "gh");
    writeFileSync(gh, '#!/bin/sh\necho "gh $*"\ncat comment.md\n');
    chmodSync(gh, 0o755);
  });

  it("previews both stacks, and comments on them once", () => {
    const PATH = `${join(clone, "..", "bin")}:${process.env.PATH}`;
    const env = { PATH, PULL_REQUEST: "7", HOMELAB_LAB: join(clone, ".lab"), KUBECONFIG: undefined };
    // As GitHub runs a line for `shell: bash`.
    const shell = ["--noprofile", "--norc", "-eo", "pipefail", "-c"];
    const answers = lines.map((line) => succeeded(capture("bash", [...shell, line], { cwd: clone, env })));
    const comment = answers.at(-1)!.stdout;
    assert.match(comment, /^gh pr comment 7 --body-file comment\.md --edit-last --create-if-none\n/);
    for (const stack of ["dev", "homelab"]) assert.match(comment, new RegExp(`Preview of ${stack}[^]*?\\+ \\d+ to create`));
  });
});
