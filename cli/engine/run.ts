/** Running the engine on a stack by Pulumi's Automation API. It is loaded with the first run: most commands need none. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent, PreviewOptions, Stack as Engine } from "@pulumi/pulumi/automation";
import { built } from "../../policies/build";
import { root } from "../../shared/paths";
import { UserError } from "../../shared/process";
import type { Cluster } from "../clusters/cluster";
import { failed, lockedRemedy, remedyFor, type Stack } from "../shared/pulumi";
import { automation, pulumiCommand } from "./api";
import { firstCause, plainMessage } from "./events";

/** What happened in a run, in its order. */
export interface Run {
  events: EngineEvent[];
}

/** `refresh` reads what the cluster has before, `replace` names resources by URN, `diff` shows every change of a property. */
export type Options = Pick<PreviewOptions, "refresh" | "replace" | "diff" | "expectNoChanges">;

/** The policy pack, compiled, with what the stack's own file (policies/config/NAME.json) says of levels, parameters and exemptions. */
export function policiesOf(stack: string): { policyPacks: string[]; policyPackConfigs: string[] } {
  const config = join(root, "policies", "config", `${stack}.json`);
  return { policyPacks: [built()], policyPackConfigs: existsSync(config) ? [config] : [] };
}

/** What `up` would do. @throws EngineFailure */
export function preview(stack: Stack, options: Options = {}): Promise<Run> {
  return observe(stack, true, (engine, common) => engine.preview({ ...common, ...policiesOf(stack.name), ...options }));
}

/** Deploys without a preview. What fails keeps nothing from being deployed but what depends on it. @throws EngineFailure */
export function up(stack: Stack, options: Options = {}): Promise<Run> {
  const all = { ...policiesOf(stack.name), ...options, suppressOutputs: true, continueOnError: true };
  return observe(stack, true, (engine, common) => engine.up({ ...common, ...all }));
}

/** Reads the stack's resources into its state, or those of `target` by URN. Nothing of it is shown. @throws EngineFailure */
export function refresh(stack: Stack, options: { target?: string[]; expectNoChanges?: boolean } = {}): Promise<Run> {
  return observe(stack, false, (engine, common) => engine.refresh({ ...common, ...options }));
}

/** A run that failed, with its events. Its message ends with the first cause. */
export class EngineFailure extends UserError {
  constructor(
    message: string,
    readonly events: readonly EngineEvent[],
    /** What it printed. */
    readonly output: string,
  ) {
    super(message);
  }
}

type Common = Pick<
  NonNullable<Parameters<Engine["up"]>[0]>,
  "configFile" | "onEvent" | "onOutput" | "onError" | "signal" | "showSecrets"
>;

async function engineOf(stack: Stack): Promise<Engine> {
  const api = await automation();
  // Where a variable has no value, the API leaves out the process's own.
  const envVars = stack.env as Record<string, string>;
  const workspace = await api.LocalWorkspace.create({ workDir: root, envVars, pulumiCommand: await pulumiCommand() });
  // That was done where the stack was opened, in a folder of its own: a new stack's salt is written into the stack file there.
  workspace.selectStack = async () => {};
  return api.Stack.select(stack.name, workspace);
}

/** One run, with its output passed on as it comes if it is `shown`. */
async function observe(stack: Stack, shown: boolean, run: (engine: Engine, common: Common) => Promise<unknown>): Promise<Run> {
  const events: EngineEvent[] = [];
  let output = "";
  let errors = "";
  const pass = (text: string) => {
    output += text;
    if (shown) process.stderr.write(text);
  };
  const engine = await engineOf(stack);
  const [loss, interrupt] = [watchForLoss(stack.cluster), watchForInterrupt()];
  try {
    await run(engine, {
      configFile: stack.file,
      onEvent: (event) => events.push(event),
      onOutput: pass,
      onError: (text) => {
        errors += text;
        pass(text);
      },
      signal: loss.signal,
      // Of the run's record in the state's history, which the API looks at and nobody here does.
      showSecrets: false,
    });
  } catch (error) {
    const { CommandError, ConcurrentUpdateError } = await automation();
    const why = stack.cluster.loss() ?? interrupt.words();
    if (why !== undefined) throw new UserError(why);
    if (!(error instanceof CommandError)) throw error;
    const diagnostics = events.flatMap(({ diagnosticEvent }) => (diagnosticEvent ? [plainMessage(diagnosticEvent)] : []));
    const causes = [errors, ...diagnostics].join("\n");
    const remedy = error instanceof ConcurrentUpdateError ? lockedRemedy(stack) : remedyFor(stack, causes);
    const words = [failed(stack, shown ? "" : output, remedy), firstCause(events)];
    throw new EngineFailure(words.filter((part) => part !== "").join("\n\n"), events, output);
  } finally {
    loss.end();
    interrupt.end();
  }
  const interrupted = interrupt.words();
  if (interrupted !== undefined) throw new UserError(interrupted);
  return { events };
}

/** Seconds that the engine gets to end in order once its cluster has lost a part. */
const GRACE_SECONDS = 10;

/** Ends a run whose cluster has lost a part: without it the engine would only wait, for minutes. */
function watchForLoss(cluster: Cluster): { signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  let seconds = 0;
  const watch = setInterval(() => {
    if (cluster.loss() === undefined) return;
    if (seconds === 0) controller.abort();
    // The API interrupts the engine at each of these events: the first makes it end in order, another at once.
    else if (seconds % GRACE_SECONDS === 0) controller.signal.dispatchEvent(new Event("abort"));
    seconds += 1;
  }, 1000);
  return { signal: controller.signal, end: () => clearInterval(watch) };
}

/** The terminal interrupts the engine too, which ends in order as long as this process lets it. */
function watchForInterrupt(): { words(): string | undefined; end(): void } {
  let interrupted = false;
  const note = () => {
    interrupted = true;
  };
  process.on("SIGINT", note);
  return {
    words: () =>
      interrupted ? "Interrupted. Run the same command again: what was begun is looked up in the cluster." : undefined,
    end: () => process.off("SIGINT", note),
  };
}
