import type { LocalstackConfig } from "./resolve";
import { accountId, type FlavorRun } from "./flavors";

/** Where clients find a declared resource. */
export interface DeclaredAddress {
  kind: "bucket" | "queue" | "topic" | "table" | "secret" | "parameter";
  name: string;
  arn: string;
  /** Of buckets and queues. */
  url?: string;
}

/**
 * Names, ARNs and URLs of what is declared. The ARN of a secret ends in six characters that AWS makes up, which its
 * clients may leave out.
 * @param endpoint `https://localstack.homelab.home.arpa`
 */
export function declaredAddresses(config: LocalstackConfig, flavor: FlavorRun, endpoint: string): DeclaredAddress[] {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${config.region}:${accountId}:${rest}`;
  return [
    ...config.buckets.map(({ name }) => ({
      kind: "bucket" as const,
      name,
      arn: `arn:aws:s3:::${name}`,
      url: `${endpoint}/${name}`,
    })),
    ...config.queues.map(({ name }) => ({
      kind: "queue" as const,
      name,
      arn: arn("sqs", name),
      url: endpoint + flavor.queuePath(config.region, name),
    })),
    ...config.topics.map(({ name }) => ({ kind: "topic" as const, name, arn: arn("sns", name) })),
    ...config.tables.map(({ name }) => ({ kind: "table" as const, name, arn: arn("dynamodb", `table/${name}`) })),
    ...config.secrets.map(({ name }) => ({ kind: "secret" as const, name, arn: arn("secretsmanager", `secret:${name}`) })),
    ...config.parameters.map(({ name }) => ({
      kind: "parameter" as const,
      name,
      arn: arn("ssm", `parameter/${name.replace(/^\//, "")}`),
    })),
  ];
}

/** What SDKs and the AWS CLI read from their environment. Credentials are made up: the emulator takes any. */
export function clientEnvironment(endpoint: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_DEFAULT_REGION: region,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
}
