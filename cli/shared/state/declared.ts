/** What a stack's outputs are by its configuration alone. Loaded only where no state tells them: it brings the program's packages along. */
import type * as pulumi from "@pulumi/pulumi";
import { appOutput } from "../../../components/services/apps/output";
import { formatProblems, NAMESPACE, parseConfig } from "../../../components/configuration";
import { dnsRecords } from "../../../components/names";
import { configuredOutputs, factsOf } from "../../../components/services/facts";
import { UserError } from "../../../shared/process";
import type { Stack } from "../pulumi";
import { revealed } from "../revealed";
import { readStackFile } from "../stacks";

/** Without what is generated: the account's password, the authority. @throws UserError with every mistake in the configuration */
export function declaredOutputs(stack: Stack): Record<string, unknown> {
  const config = Object.entries(readStackFile(stack.file).config ?? {});
  const values = Object.fromEntries(config.map(([key, value]) => [key, asText(revealed(value))]));
  const parsed = parseConfig({ project: NAMESPACE, stack: stack.name, values, secretKeys: new Set(Object.keys(values)) });
  if (!parsed.ok) throw new UserError(formatProblems(parsed.problems, { project: NAMESPACE, stack: stack.name }));
  const { routing, apps } = parsed.config;
  const hosts = factsOf(parsed.config).hosts.map(({ host }) => host);
  const ready = "unknown" as unknown as pulumi.Output<string>;
  return {
    ...configuredOutputs(parsed.config),
    apps: Object.fromEntries(apps.map((app) => [app.name, appOutput({ ...app, router: routing }, ready)])),
    dnsRecords: dnsRecords(hosts, routing.address),
  };
}

const asText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
