/** The proof that a deployment is at rest: what is registered is what the cluster has, asked in every way that Pulumi offers. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readEvents, shownResource } from "../../cli/shared/events";
import { programArguments, withPolicies, type Stack } from "../../cli/shared/pulumi";
import { paths, root } from "../../shared/paths";
import { run } from "../../shared/process";
import { scratch } from "./support";

/** A preview without changes; then refreshes that read every object and find it as it was left; then the preview again. */
export function changesNothing(stack: Stack): void {
  const policies = withPolicies(stack.name);
  const read = touched(stack, "preview", "--expect-no-changes", "--diff", ...policies);
  // Of an object that the stack only reads, the engine notes more at the first refresh than when it was read.
  const refreshed = touched(stack, "refresh", "--yes", "--diff").filter((resource) => !read.includes(resource));
  assert.deepEqual(refreshed, [], "objects that a refresh found changed");
  touched(stack, "refresh", "--yes", "--diff", "--expect-no-changes");
  touched(stack, "preview", "--expect-no-changes", "--diff", ...policies);
}

/** Runs the command, which has to end well; the resources with which it did anything, as they are shown. */
function touched(stack: Stack, command: string, ...more: string[]): string[] {
  const log = scratch("events.json");
  if (existsSync(log)) rmSync(log);
  const { status, stdout, stderr } = run(
    join(paths.engine, "pulumi"),
    programArguments(stack, [command, "--event-log", log, ...more]),
    { cwd: root, env: { ...stack.env, PULUMI_DEBUG_COMMANDS: "true" }, allowFailure: true },
  );
  assert.equal(status, 0, `pulumi ${command} ended with ${status}:\n${stdout.slice(-6000)}\n${stderr.slice(-2000)}`);
  const steps = readEvents(readFileSync(log, "utf8")).flatMap(({ resOutputsEvent: event }) => (event ? [event.metadata] : []));
  assert.notEqual(steps.length, 0, "the engine told nothing of what it did");
  return steps.filter(({ op }) => op !== "same" && op !== "refresh").map(({ urn }) => shownResource(urn));
}
