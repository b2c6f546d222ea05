/** The configuration of a stack as its program reads it, read by a command. */
import { NAMESPACE, parseConfig } from "../../../components/configuration";
import type { PlatformConfig } from "../../../components/configuration";
import { pulumi, type Stack } from "../pulumi";

/** Undefined where it cannot be read or is wrong: the program itself says so, with everything that is wrong. */
export function configOf(stack: Stack): PlatformConfig | undefined {
  const answer = pulumi(stack, ["config", "--json", "--show-secrets", "--config-file", stack.file]);
  if (answer.status !== 0) return undefined;
  const given = Object.entries(JSON.parse(answer.stdout) as Record<string, { value?: string; secret: boolean }>);
  const result = parseConfig({
    project: NAMESPACE,
    stack: stack.name,
    values: Object.fromEntries(given.map(([key, { value = "" }]) => [key, value])),
    secretKeys: new Set(given.filter(([, { secret }]) => secret).map(([key]) => key)),
  });
  return result.ok ? result.config : undefined;
}
