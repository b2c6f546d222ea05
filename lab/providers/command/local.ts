/**
 * `command:local:Command` and `command:local:run`.
 * Source of the rules: provider/pkg/provider/local of pulumi/pulumi-command v1.2.1, and infer/resource.go of
 * pulumi/pulumi-go-provider v1.3.0 for what is known in a preview.
 */
import { randomBytes } from "node:crypto";
import { changesBetween, sameValue } from "../shared/changes";
import { checkShape, type Failure, type Shape } from "../shared/inputs";
import type { ResourceType } from "../shared/provider";
import { hasUnknown, revealMap, UNKNOWN, type PropertyMap } from "../shared/values";
import { engineLog } from "./log";
import { run, type Output } from "./run";

const shared: Shape = {
  stdin: "string",
  logging: "string",
  interpreter: "strings",
  dir: "string",
  environment: "stringMap",
  assetPaths: "strings",
  archivePaths: "strings",
  addPreviousOutputInEnv: "boolean",
};
const commandShape: Shape = { create: "string", update: "string", delete: "string", triggers: "list", ...shared };
const runShape: Shape = { command: "string!", ...shared };

const NOTHING_PRINTED: Output = { stdout: "", stderr: "" };

export const localCommand: ResourceType = {
  check: (inputs) => ({ inputs, failures: failuresOf(inputs, commandShape) }),

  /** The SDK asks the engine to replace when an item of `triggers` changes; the list itself is up to the plugin. */
  diff(state, inputs) {
    return changesBetween(inputsIn(state), inputs).map((change) => ({ ...change, replace: change.path === "triggers" }));
  },

  async create({ urn, name }, inputs, preview) {
    if (preview) return { id: "", state: { ...inputs, stdout: UNKNOWN, stderr: UNKNOWN } };
    const output = await execute(inputs.create, inputs, NOTHING_PRINTED, urn);
    return { id: name + randomBytes(4).toString("hex"), state: { ...inputs, ...output } };
  },

  async update({ urn }, state, inputs, preview) {
    const previous = outputOf(state);
    if (preview) {
      const again = Object.entries(inputsIn(state)).some(([key, old]) => !sameValue(old, inputs[key] ?? null));
      const unknown = again || hasUnknown(inputs);
      return { ...inputs, ...(unknown ? { stdout: UNKNOWN, stderr: UNKNOWN } : previous) };
    }
    return { ...inputs, ...(await execute(inputs.update ?? inputs.create, inputs, previous, urn)) };
  },

  async delete({ urn }, state) {
    await execute(state.delete, inputsIn(state), outputOf(state), urn);
  },
};

/** Runs in previews too, as the official one does: it is a question, not a change. */
export async function localRun(inputs: PropertyMap): Promise<PropertyMap> {
  const failures = failuresOf(inputs, runShape);
  if (failures.length > 0) throw new Error(failures.map(({ property, reason }) => `local.run: ${property} ${reason}`).join("; "));
  return { ...inputs, ...(await execute(inputs.command, inputs, NOTHING_PRINTED, "")) };
}

const LOGGING = ["none", "stdout", "stderr", "stdoutAndStderr"];

function failuresOf(inputs: PropertyMap, shape: Shape): Failure[] {
  const failures = checkShape(inputs, shape);
  const { logging } = revealMap(inputs);
  if (typeof logging === "string" && !LOGGING.includes(logging)) {
    failures.push({ property: "logging", reason: `must be one of ${LOGGING.join(", ")}` });
  }
  for (const property of ["assetPaths", "archivePaths"]) {
    if (inputs[property] === undefined) continue;
    const reason =
      "is not done by the lab's stand-in for the command plugin: read the files in your program, or install the official " +
      "plugin (pulumi plugin install resource command 1.2.1)";
    failures.push({ property, reason });
  }
  return failures;
}

/** Runs `command` with the other inputs as its settings; without a command the previous output stays. */
async function execute(
  command: PropertyMap[string] | undefined,
  settings: PropertyMap,
  previous: Output,
  urn: string,
): Promise<Output & PropertyMap> {
  if (command === undefined || command === null) return { ...previous };
  const plain = revealMap({ ...settings, command }) as Settings & PropertyMap;
  const log = engineLog(urn);
  const logging = plain.logging ?? "stdoutAndStderr";
  const environment = { ...plain.environment };
  if (plain.addPreviousOutputInEnv ?? true) {
    if (previous.stdout) environment.PULUMI_COMMAND_STDOUT = previous.stdout;
    if (previous.stderr) environment.PULUMI_COMMAND_STDERR = previous.stderr;
  }
  try {
    const output = await run({
      command: plain.command,
      interpreter: plain.interpreter?.length ? plain.interpreter : ["/bin/sh", "-c"],
      environment,
      dir: plain.dir,
      stdin: plain.stdin,
      onStdoutLine: logging === "stdout" || logging === "stdoutAndStderr" ? log.line : undefined,
      onStderrLine: logging === "stderr" || logging === "stdoutAndStderr" ? log.line : undefined,
    });
    return { ...output };
  } finally {
    await log.flush();
  }
}

/** The inputs once they are checked and known. */
interface Settings {
  command: string;
  stdin?: string;
  logging?: string;
  interpreter?: string[];
  dir?: string;
  environment?: Record<string, string>;
  addPreviousOutputInEnv?: boolean;
}

function inputsIn(state: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(state).filter(([name]) => name in commandShape));
}

function outputOf(state: PropertyMap): Output {
  const { stdout, stderr } = revealMap(state);
  return { stdout: typeof stdout === "string" ? stdout : "", stderr: typeof stderr === "string" ? stderr : "" };
}
