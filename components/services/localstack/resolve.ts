import { nameBelow } from "../../config/names";
import { DEFAULT_SERVICES, flavorFacts, type Service } from "./flavorFacts";
import type { Checked } from "../sections";
import { keepSecret, slowHash } from "../../config/secret";
import { placedVolume } from "../../config/volume";

export type LocalstackConfig = ReturnType<typeof resolveLocalstack>;

/** What is to be in the emulator. */
export type DeclaredResources = Pick<LocalstackConfig, "buckets" | "queues" | "topics" | "tables" | "secrets" | "parameters">;

/** The emulator's settings with the defaults that follow from others, and its secrets as secrets. */
export function resolveLocalstack({ localstack, storage, routing, domain }: Checked) {
  const facts = flavorFacts[localstack.flavor];
  const persistence = facts.keepsState && localstack.persistence !== false;
  return {
    ...localstack,
    host: localstack.host ?? nameBelow(domain, "localstack"),
    image: localstack.image ?? facts.image,
    ...(localstack.token !== undefined && { token: keepSecret(localstack.token) }),
    services: neededServices(localstack),
    persistence,
    persistenceReason: facts.keepsState && !persistence ? "homelab:localstack.persistence is false" : facts.state,
    allowedRanges: localstack.allowedRanges ?? routing.allowedRanges,
    storage: placedVolume(localstack.storage, storage),
    secrets: localstack.secrets.map(({ name, value }) => ({ name, value: keepSecret(value) })),
    /** Changes with the values of `secrets`, and tells nothing about them. */
    secretsRevision: localstack.secrets.length === 0 ? "" : slowHash(localstack.secrets, "localstack"),
  };
}

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
