import type * as pulumi from "@pulumi/pulumi";
import type * as load from "./config/load";
import { parse, type ConfigInput, type ConfigResult, type DeepPartial, type Definition } from "./config/parse";
import { formatProblems, NAMESPACE } from "./config/report";
import { services } from "./services";
import { servedNames } from "./services/facts";
import { placeChecks } from "./services/placeChecks";
import { resolve, type PlatformConfig } from "./services/resolve";
import { schema, type Checked, type Draft } from "./services/sections";

/* The configuration of a stack: the keys of all services, and what they ask of each other. */

export type { ConfigInput, ConfigResult } from "./config/parse";
export { formatProblems, NAMESPACE, type ConfigProblem } from "./config/report";
export type { PlatformConfig } from "./services/resolve";

const checks = [...placeChecks, ...services.flatMap((service) => service.checks ?? [])];

const definition: Definition<typeof schema, PlatformConfig> = {
  schema,
  renamed: services.flatMap(({ key, formerKeys = [] }) => formerKeys.map((former) => [former, key] as const)),
  check: (draft: Draft, broken) => {
    const served = servedNames(draft, broken);
    return checks.flatMap((check) => check(draft, broken, served));
  },
  resolve,
};

/** The checked configuration with all defaults, or every mistake in it. Never throws for a bad configuration. */
export const parseConfig = (input: ConfigInput): ConfigResult<PlatformConfig> => parse(definition, input);

/**
 * The configuration of the stack that is being deployed. Loaded when it is called: commands read configurations without the engine's
 * library.
 *
 * @throws pulumi.RunError with every mistake and what to do about it; Pulumi shows its text without a stack trace.
 */
export const loadConfig = (): PlatformConfig => (require("./config/load") as typeof load).loadStackConfig(definition);

/** Keys as in a stack file, without `homelab:`; `context` may be left out. Passwords and tokens as plain text. */
export type Settings = DeepPartial<Checked>;

/**
 * A configuration that a program states itself, checked and with every default, for Platform and for single components.
 *
 * @throws pulumi.RunError with every mistake and what to do about it
 */
export function settings(given: Settings): PlatformConfig {
  const project = NAMESPACE;
  const keys = Object.entries({ context: "unused", ...given }).filter(([, value]) => value !== undefined);
  const values = Object.fromEntries(keys.map(([key, value]) => [`${project}:${key}`, asText(value)]));
  const result = parseConfig({ project, stack: "program", values, secretKeys: new Set(Object.keys(values)) });
  if (result.ok) return result.config;
  const { RunError } = require("@pulumi/pulumi") as typeof pulumi;
  throw new RunError(formatProblems(result.problems, { project, stack: "program" }));
}

const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
