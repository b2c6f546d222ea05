import { join, sep } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stacks } from "../../cli/generate/stacks";
import { record, type RecordOptions, type Run } from "../components/recorder";

export const root = join(__dirname, "..", "..");

export interface StackSettings {
  /** What a stack file would say beside or instead of the committed one; by key, values as in YAML. */
  config?: Record<string, unknown>;
  /** Keys of which a part is encrypted. */
  secretKeys?: string[];
}

/** The configuration of a stack that the project comes with, by key, whatever somebody has made of its file since. */
export function stackConfig(stack: string): Record<string, unknown> {
  return stacks.find(({ name }) => name === stack)!.values;
}

/** Runs the program itself, index.ts, as `pulumi up` or `pulumi preview` of a committed stack would. */
export async function runStack(stack: string, settings: StackSettings = {}, options: RecordOptions = {}): Promise<Run> {
  const config = { ...stackConfig(stack), ...settings.config };
  const wire = Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
  return record(
    () => {
      pulumi.runtime.setAllConfig(Object.fromEntries(wire), settings.secretKeys);
      return loadProgram();
    },
    { ...options, stack },
  );
}

/** Anew every time, as a process of its own would. */
function loadProgram(): unknown {
  for (const path of Object.keys(require.cache)) {
    if (path === join(root, "index.ts") || path.startsWith(join(root, "components") + sep)) delete require.cache[path];
  }
  return require(join(root, "index.ts"));
}
