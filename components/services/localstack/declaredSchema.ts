import { z } from "zod";
import { choice, count, flag, text } from "../../config/fields";
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

const NAME = "Its name.";

export const declared = {
  buckets: z
    .array(
      z.object({
        name: bucketName().meta({ description: NAME, examples: ["uploads"] }),
        versioning: flag().default(false).describe("Whether it keeps what an object was before."),
      }),
    )
    .default([])
    .describe("Buckets of S3."),
  queues: z
    .array(
      z.object({
        name: queueName().meta({ description: NAME, examples: ["jobs"] }),
        deadLetterQueue: queueName()
          .optional()
          .meta({ description: "Another declared queue, for messages that were received too often.", examples: ["jobs-dead"] }),
        maxReceiveCount: count("times", 1, 1000, 5).default(5).describe("How often a message is received before it goes there."),
      }),
    )
    .default([])
    .meta({
      description: "Queues of SQS.",
      examples: [[{ name: "jobs", deadLetterQueue: "jobs-dead", maxReceiveCount: 5 }, { name: "jobs-dead" }]],
    }),
  topics: z
    .array(
      z.object({
        name: topicName().meta({ description: NAME, examples: ["events"] }),
        queues: z
          .array(queueName().meta({ examples: ["jobs"] }))
          .default([])
          .describe("Declared queues that are subscribed to it."),
      }),
    )
    .default([])
    .describe("Topics of SNS."),
  tables: z
    .array(
      z.object({
        name: tableName().meta({ description: NAME, examples: ["orders"] }),
        key: attribute().meta({ description: "The attribute by which an item is found.", examples: ["id"] }),
        keyType: attributeType().describe("What it is."),
        sortKey: attribute()
          .optional()
          .meta({ description: "The attribute by which items of one key are in order.", examples: ["placed"] }),
        sortKeyType: attributeType().describe("What that is."),
      }),
    )
    .default([])
    .describe("Tables of DynamoDB."),
  parameters: z
    .array(
      z.object({
        name: named("letters, digits and .-_, levels begin with '/'", names.parameterProblem).meta({
          description: NAME,
          examples: ["/app/greeting"],
        }),
        value: plainValue().meta({ description: "What it says.", examples: ["hello"] }),
      }),
    )
    .default([])
    .describe("Parameters of SSM."),
  secrets: z
    .array(
      z.object({
        name: named("1-512 letters, digits and /_+=.@-", names.secretNameProblem).meta({
          description: NAME,
          examples: ["app/database"],
        }),
        value: secretValue().describe("What a program reads."),
      }),
    )
    .default([])
    .describe("Secrets of Secrets Manager."),
};

function named(rule: string, problem: (name: string) => string | undefined, repair?: (name: string) => string | undefined) {
  return text({ allowed: `a name that AWS takes: ${rule}`, fix: { say: "choose a name as above" }, problem, repair });
}

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
