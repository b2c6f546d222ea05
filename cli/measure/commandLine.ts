/** Pulumi's command line as a user types it, to be measured. */
import { root } from "../../shared/paths";
import { run } from "../../shared/process";
import { policiesOf } from "../engine/run";
import type { Stack } from "../shared/pulumi";

/** Runs a subcommand that runs the program, to its end. */
export function pulumiCommand(stack: Stack, words: readonly string[], withPolicies = true): void {
  const { policyPacks, policyPackConfigs } = policiesOf(stack.name);
  const policies = [
    ...policyPacks.flatMap((pack) => ["--policy-pack", pack]),
    ...policyPackConfigs.flatMap((config) => ["--policy-pack-config", config]),
  ];
  const args = [...words, "--stack", stack.name, "--config-file", stack.file, "--non-interactive"];
  run("pulumi", [...args, ...(withPolicies ? policies : [])], { cwd: root, env: stack.env });
}
