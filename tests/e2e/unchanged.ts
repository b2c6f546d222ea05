/** The proof that a deployment is at rest: what is registered is what the cluster has, asked in every way that Pulumi offers. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { programArguments, withPolicies, type Stack } from "../../cli/shared/pulumi";
import { paths, root } from "../../lab/shared/paths";
import { run } from "../../lab/shared/process";

/** A preview without changes; then a refresh that reads every object and finds it as it was left; then the preview again. */
export function changesNothing(stack: Stack): void {
  expectNoChanges(stack, "preview", "--diff", ...withPolicies(stack.name));
  expectNoChanges(stack, "refresh", "--yes", "--diff");
  expectNoChanges(stack, "preview", "--diff", ...withPolicies(stack.name));
}

function expectNoChanges(stack: Stack, command: string, ...more: string[]): void {
  const args = programArguments(stack, [command, "--expect-no-changes", ...more]);
  const { status, stdout, stderr } = run(join(paths.lab, "engine", "pulumi"), args, {
    cwd: root,
    env: stack.env,
    allowFailure: true,
  });
  assert.equal(status, 0, `pulumi ${command} found changes:\n${stdout.slice(-6000)}\n${stderr.slice(-2000)}`);
}
