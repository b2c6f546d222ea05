import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { isConfigSecret } from "../pulumiInternals";
import { isMap } from "./fields";
import type { z } from "zod";
import { formerKeys, parse as parseConfig, type Definition } from "./parse";
import { formatProblems, NAMESPACE } from "./report";

/**
 * The configuration of the stack that is being deployed: the only place of the program that asks Pulumi for it.
 *
 * @throws pulumi.RunError with every mistake and what to do about it; Pulumi shows its text without a stack trace.
 */
export function loadStackConfig<Schema extends z.ZodObject, Config>(definition: Definition<Schema, Config>): Config {
  const project = NAMESPACE;
  const stack = pulumi.getStack();
  const values = pulumi.runtime.allConfig();
  const secretKeys = new Set(Object.keys(values).filter(isConfigSecret));
  const result = parseConfig(definition, { project, stack, values, secretKeys, stackFile: readStackFile(stack) });
  if (!result.ok) throw new pulumi.RunError(formatProblems(result.problems, { project, stack }));
  for (const [former, key] of formerKeys({ project, values }, definition.renamed)) {
    void pulumi.log.warn(
      `${project}:${former} is called ${project}:${key} now: rename it in Pulumi.${stack}.yaml. It still works.`,
    );
  }
  return result.config;
}

/**
 * `config` of `Pulumi.<stack>.yaml` in the project's folder, which is where programs run; undefined if it cannot be
 * read. It only sharpens messages: values come from Pulumi, which also knows other files and the command line.
 */
function readStackFile(stack: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8"));
    return isMap(content) && isMap(content.config) ? content.config : undefined;
  } catch {
    return undefined;
  }
}
