/** kubectl against the lab's cluster, as its administrator and in its own context. */
import { paths } from "../../shared/paths";
import { run, type RunResult } from "../../shared/process";
import { CONTEXT } from "./pki";

/** The programs that the lab built, by name, as absolute paths. */
export type Programs = Record<string, string>;

/** Runs kubectl and returns what it says; never throws for what the cluster refuses. */
export function kubectl(programs: Programs, args: readonly string[], input?: string): RunResult {
  return run(programs.kubectl!, ["--kubeconfig", paths.kubeconfig, "--context", CONTEXT, ...args], { allowFailure: true, input });
}
