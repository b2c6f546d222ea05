import { z } from "zod";
import { choice, flag, integer, text } from "../../config/fields";
import type { Finding } from "../../config/finding";
import * as names from "./awsNames";

/* What a stack declares to be in its AWS emulator. */

const bucketName = () =>
  named(
    "3-63 characters a-z, 0-9, '-' and '.', beginning and ending with a letter or digit",
    names.bucketProblem,
    names.repairBucket,
  );
const queueName = () =>
  named("1-80 letters, digits, '-' and '_'; with .fifo at its end it keeps the order", names.queueProblem, names.repairQueue);
const topicName = () =>
  named("1-256 letters, digits, '-' and '_'; with .fifo at its end it keeps the order", names.topicProblem, names.repairQueue);
const tableName = () => named("3-255 letters, digits, '-', '_' and '.'", names.tableProblem);
const attribute = () => named("1-255 letters, digits, '-', '_' and '.'", names.attributeProblem);
const attributeType = () => choice(["S", "N", "B"], { S: "text", N: "a number", B: "bytes" }).default("S");

export const declared = {
  buckets: z.array(z.object({ name: bucketName(), versioning: flag().default(false) })).default([]),
  queues: z
    .array(
      z.object({
        name: queueName(),
        /** Another declared queue, for messages that were received `maxReceiveCount` times. */
        deadLetterQueue: queueName().optional(),
        maxReceiveCount: integer(1, 1000, 5).default(5),
      }),
    )
    .default([]),
  topics: z.array(z.object({ name: topicName(), queues: z.array(queueName()).default([]) })).default([]),
  tables: z
    .array(
      z.object({
        name: tableName(),
        key: attribute(),
        keyType: attributeType(),
        sortKey: attribute().optional(),
        sortKeyType: attributeType(),
      }),
    )
    .default([]),
  secrets: z
    .array(z.object({ name: named("1-512 letters, digits and /_+=.@-", names.secretNameProblem), value: secretValue() }))
    .default([]),
  parameters: z
    .array(
      z.object({ name: named("letters, digits and .-_, levels begin with '/'", names.parameterProblem), value: plainValue() }),
    )
    .default([]),
};

function named(rule: string, problem: (name: string) => string | undefined, repair?: (name: string) => string | undefined) {
  return text({ allowed: `a name that AWS takes: ${rule}`, fix: { say: "choose a name as above" }, problem, repair });
}

/** What a program reads as a secret: stored encrypted, never shown. */
function secretValue() {
  return text({
    allowed: "text of 1-65536 bytes, stored encrypted",
    fix: { setSecret: true },
    problem: (value) => sizeProblem(value, 65536),
  }).meta({ secret: true });
}

function plainValue() {
  const fix: Finding["fix"] = { say: "set a value; one that nobody may read belongs to localstack.secrets" };
  return text({ allowed: "text of 1-4096 bytes", fix, problem: (value) => sizeProblem(value, 4096) });
}

function sizeProblem(value: string, most: number): string | undefined {
  if (value === "") return "is empty, which AWS refuses";
  if (value.includes("\0")) return "has a NUL character";
  return Buffer.byteLength(value) > most ? `is longer than ${most} bytes` : undefined;
}
