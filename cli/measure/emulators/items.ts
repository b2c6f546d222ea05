/** What an emulator is filled with for the exam: one entry a thing that can be lost by itself. */
import assert from "node:assert/strict";
import { CreateTableCommand, GetItemCommand, PutItemCommand, QueryCommand, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { ListTargetsByRuleCommand, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { CreateTopicCommand, GetSubscriptionAttributesCommand, GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns"; // prettier-ignore
import { CreateQueueCommand, GetQueueAttributesCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs"; // prettier-ignore
import { GetParameterCommand, GetParameterHistoryCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import type { Item } from "./item";
import { s3Items } from "./s3";

async function urlOf(sqs: SQSClient, name: string): Promise<string> {
  return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl!;
}

/** A message is taken out and at once visible again, so that it is there for the next look. */
async function oneMessage(sqs: SQSClient, name: string): Promise<string | undefined> {
  const look = { QueueUrl: await urlOf(sqs, name), VisibilityTimeout: 0, WaitTimeSeconds: 2 };
  return (await sqs.send(new ReceiveMessageCommand(look))).Messages?.[0]?.Body;
}

const queueItems: readonly Item[] = [
  {
    service: "SQS",
    name: "a queue with its attributes and dead-letter queue",
    make: async ({ sqs }, tag) => {
      await sqs.send(new CreateQueueCommand({ QueueName: `dead-${tag}` }));
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn("sqs", `dead-${tag}`), maxReceiveCount: 100 });
      await sqs.send(
        new CreateQueueCommand({ QueueName: `jobs-${tag}`, Attributes: { VisibilityTimeout: "77", RedrivePolicy } }),
      );
    },
    check: async ({ sqs }, tag) => {
      const look = { QueueUrl: await urlOf(sqs, `jobs-${tag}`), AttributeNames: ["All" as const] };
      const { Attributes: attributes } = await sqs.send(new GetQueueAttributesCommand(look));
      assert.equal(attributes!.VisibilityTimeout, "77");
      assert.match(attributes!.RedrivePolicy!, new RegExp(`:dead-${tag}"`));
    },
  },
  {
    service: "SQS",
    name: "a message",
    make: async ({ sqs }, tag) => {
      await sqs.send(new SendMessageCommand({ QueueUrl: await urlOf(sqs, `jobs-${tag}`), MessageBody: "grüße" }));
    },
    check: async ({ sqs }, tag) => assert.equal(await oneMessage(sqs, `jobs-${tag}`), "grüße"),
  },
  {
    service: "SQS",
    name: "a message in a FIFO queue",
    make: async ({ sqs }, tag) => {
      const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true" };
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `orders-${tag}.fifo`, Attributes }));
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "first", MessageGroupId: "g" }));
    },
    check: async ({ sqs }, tag) => assert.equal(await oneMessage(sqs, `orders-${tag}.fifo`), "first"),
  },
];

const topicItems: readonly Item[] = [
  {
    service: "SNS",
    name: "a topic",
    make: async ({ sns }, tag) => {
      await sns.send(new CreateTopicCommand({ Name: `events-${tag}`, Attributes: { DisplayName: "events" } }));
    },
    check: async ({ sns }, tag) => {
      const { Attributes: attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: arn("sns", `events-${tag}`) }));
      assert.equal(attributes!.DisplayName, "events");
    },
  },
  {
    service: "SNS",
    name: "a queue's subscription with its filter",
    make: async ({ sns }, tag) => {
      const Attributes = { FilterPolicy: '{"kind":["order"]}', RawMessageDelivery: "true" };
      const where = { TopicArn: arn("sns", `events-${tag}`), Protocol: "sqs", Endpoint: arn("sqs", `jobs-${tag}`) };
      await sns.send(new SubscribeCommand({ ...where, Attributes }));
    },
    check: async ({ sns }, tag) => {
      const topic = { TopicArn: arn("sns", `events-${tag}`) };
      const { Subscriptions: subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand(topic));
      const { SubscriptionArn } = subscriptions!.find(({ Endpoint }) => Endpoint === arn("sqs", `jobs-${tag}`))!;
      const { Attributes: attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      assert.deepEqual(JSON.parse(attributes!.FilterPolicy!), { kind: ["order"] });
      assert.equal(attributes!.RawMessageDelivery, "true");
    },
  },
];

const otherItems: readonly Item[] = [
  {
    service: "DynamoDB",
    name: "a table with an index, and an item",
    make: async ({ dynamodb }, tag) => {
      const key = (AttributeName: string) => [{ AttributeName, KeyType: "HASH" as const }];
      await dynamodb.send(
        new CreateTableCommand({
          TableName: `orders-${tag}`,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: ["id", "customer"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
          KeySchema: key("id"),
          GlobalSecondaryIndexes: [
            { IndexName: "by-customer", KeySchema: key("customer"), Projection: { ProjectionType: "ALL" } },
          ],
        }),
      );
      await waitUntilTableExists({ client: dynamodb, minDelay: 1, maxDelay: 2, maxWaitTime: 20 }, { TableName: `orders-${tag}` });
      await dynamodb.send(new PutItemCommand({ TableName: `orders-${tag}`, Item: { id: { S: "1" }, customer: { S: "ann" } } }));
    },
    check: async ({ dynamodb }, tag) => {
      const { Item: item } = await dynamodb.send(new GetItemCommand({ TableName: `orders-${tag}`, Key: { id: { S: "1" } } }));
      assert.deepEqual(item, { id: { S: "1" }, customer: { S: "ann" } });
      const query = {
        TableName: `orders-${tag}`,
        IndexName: "by-customer",
        KeyConditionExpression: "customer = :c",
        ExpressionAttributeValues: { ":c": { S: "ann" } },
      };
      assert.equal((await dynamodb.send(new QueryCommand(query))).Count, 1);
    },
  },
  {
    service: "Secrets Manager",
    name: "a secret's value",
    make: async ({ secrets }, tag) => {
      await secrets.send(new CreateSecretCommand({ Name: `app/${tag}`, SecretString: "old" }));
      await secrets.send(new PutSecretValueCommand({ SecretId: `app/${tag}`, SecretString: "new" }));
    },
    check: async ({ secrets }, tag) => {
      assert.equal((await secrets.send(new GetSecretValueCommand({ SecretId: `app/${tag}` }))).SecretString, "new");
    },
  },
  {
    service: "Secrets Manager",
    name: "the value before it",
    make: async () => {},
    check: async ({ secrets }, tag) => {
      const before = { SecretId: `app/${tag}`, VersionStage: "AWSPREVIOUS" };
      assert.equal((await secrets.send(new GetSecretValueCommand(before))).SecretString, "old");
    },
  },
  {
    service: "SSM",
    name: "a parameter's value",
    make: async ({ ssm }, tag) => {
      for (const Value of ["old", "new"]) {
        await ssm.send(new PutParameterCommand({ Name: `/app/${tag}`, Value, Type: "SecureString", Overwrite: true }));
      }
    },
    check: async ({ ssm }, tag) => {
      const { Parameter: parameter } = await ssm.send(new GetParameterCommand({ Name: `/app/${tag}`, WithDecryption: true }));
      assert.equal(parameter!.Value, "new");
    },
  },
  {
    service: "SSM",
    name: "the values before it",
    make: async () => {},
    check: async ({ ssm }, tag) => {
      const history = await ssm.send(new GetParameterHistoryCommand({ Name: `/app/${tag}`, WithDecryption: true }));
      assert.deepEqual(
        history.Parameters!.map(({ Value: value }) => value),
        ["old", "new"],
      );
    },
  },
  {
    service: "EventBridge",
    name: "a rule with its target",
    make: async ({ events }, tag) => {
      await events.send(new PutRuleCommand({ Name: `rule-${tag}`, EventPattern: '{"source":["shop"]}' }));
      await events.send(new PutTargetsCommand({ Rule: `rule-${tag}`, Targets: [{ Id: "q", Arn: arn("sqs", `jobs-${tag}`) }] }));
    },
    check: async ({ events }, tag) => {
      const { Targets: targets } = await events.send(new ListTargetsByRuleCommand({ Rule: `rule-${tag}` }));
      assert.equal(targets![0]!.Arn, arn("sqs", `jobs-${tag}`));
    },
  },
];

const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:000000000000:${name}`;

export const items: readonly Item[] = [...s3Items, ...queueItems, ...topicItems, ...otherItems];
