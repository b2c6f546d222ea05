import { readFileSync } from "node:fs";
import { join, sep } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { record, type RecordOptions, type Run } from "../components/recorder";

export const root = join(__dirname, "..", "..");

export interface StackSettings {
  /** What a stack file would say beside or instead of the committed one; by key, values as in YAML. */
  config?: Record<string, unknown>;
  /** Keys of which a part is encrypted. */
  secretKeys?: string[];
}

/** The configuration of a committed stack file, by key. */
export function stackConfig(stack: string): Record<string, unknown> {
  const file = parse(readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8")) as { config: Record<string, unknown> };
  return file.config;
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
