import { loadStackConfig } from "./config/load";
import { parse, type ConfigInput, type ConfigResult, type Definition } from "./config/parse";
import { services } from "./services";
import { servedNames } from "./services/facts";
import { placeChecks } from "./services/placeChecks";
import { resolve, type PlatformConfig } from "./services/resolve";
import { schema, type Draft } from "./services/sections";

/* The configuration of a stack: the keys of all services, and what they ask of each other. */

export type { ConfigInput, ConfigResult } from "./config/parse";
export { formatProblems, type ConfigProblem } from "./config/report";
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
 * The configuration of the stack that is being deployed.
 *
 * @throws pulumi.RunError with every mistake and what to do about it; Pulumi shows its text without a stack trace.
 */
export const loadConfig = (): PlatformConfig => loadStackConfig(definition);
