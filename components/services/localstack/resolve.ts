import { scryptSync } from "node:crypto";
import { nameBelow } from "../hosts";
import { flavorFacts, type Service } from "./flavorFacts";
import type { Checked } from "../sections";
import { keepSecret } from "../../config/secret";
import type { LocalstackConfig } from "../types";

/** The emulator's settings with the defaults that follow from others, and its secrets as secrets. */
export function resolveLocalstack({ localstack, storage, routing, domain }: Checked): LocalstackConfig {
  const facts = flavorFacts[localstack.flavor];
  const persistence = facts.keepsState && localstack.persistence !== false;
  return {
    ...localstack,
    host: localstack.host ?? nameBelow(domain, "localstack"),
    image: localstack.image ?? facts.image,
    token: localstack.token === undefined ? undefined : keepSecret(localstack.token),
    services: neededServices(localstack),
    persistence,
    persistenceReason: facts.keepsState && !persistence ? "homelab:localstack.persistence is false" : facts.state,
    allowedRanges: localstack.allowedRanges ?? routing.allowedRanges,
    storage: {
      size: localstack.storage.size,
      class: localstack.storage.class ?? storage.class,
      protection: localstack.storage.protection ?? storage.protection,
    },
    secrets: localstack.secrets.map(({ name, value }) => ({ name, value: keepSecret(value) })),
    secretsRevision: revision(localstack.secrets),
  };
}

/** lambda needs iam for its roles, sts, and logs for what functions print; LocalStack adds none of the three but sts. */
const DEFAULT_SERVICES: Service[] = ["s3", "sqs", "sns", "dynamodb", "iam", "sts", "logs"];

/** The listed services and those that the declared resources live in, each once, in that order. */
function neededServices(localstack: Checked["localstack"]): Service[] {
  const homes: [readonly unknown[], Service][] = [
    [localstack.buckets, "s3"],
    [localstack.queues, "sqs"],
    [localstack.topics, "sns"],
    [localstack.tables, "dynamodb"],
    [localstack.secrets, "secretsmanager"],
    [localstack.parameters, "ssm"],
  ];
  const listed = localstack.services ?? [...DEFAULT_SERVICES, ...(localstack.lambda === "none" ? [] : (["lambda"] as const))];
  return [...new Set([...listed, ...homes.flatMap(([declared, service]) => (declared.length > 0 ? [service] : []))])];
}

/** A hash that is slow to try values against, cut so short that many values share one: enough to see a change by. */
function revision(secrets: Checked["localstack"]["secrets"]): string {
  return secrets.length === 0 ? "" : scryptSync(JSON.stringify(secrets), "localstack", 4).toString("hex");
}
