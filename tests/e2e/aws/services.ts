/** What a stack's emulator has to do through its route, asked with the AWS SDK. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { EventBridgeClient, PutEventsCommand, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ListTopicsCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { Upload } from "@aws-sdk/lib-storage";
import { clientSettings, s3Client, sqsClient } from "../../../cli/measure/aws";
import { declared, type Outputs } from "./emulator";

async function receive(sqs: SQSClient, queueUrl: string): Promise<string> {
  const { Messages: messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 10 }));
  assert.equal(messages?.length, 1, "nothing came");
  return messages[0]!.Body!;
}

/** What every flavor that runs here can do, through the route. */
export function servesAws(outputs: () => Outputs) {
  it("S3: keys with %2F, spaces and unicode, written, read and listed", async () => {
    const s3 = s3Client(outputs());
    const keys = ["plain", "odd%2Fkey", "a b/ü ñ/日本", "100% sure?&=#+~", "folder/"];
    await s3.send(new CreateBucketCommand({ Bucket: "keys" }));
    for (const key of keys) await s3.send(new PutObjectCommand({ Bucket: "keys", Key: key, Body: `content of ${key}` }));
    for (const key of keys) {
      const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: "keys", Key: key }));
      assert.equal(await body!.transformToString(), `content of ${key}`);
    }
    const { Contents: contents } = await s3.send(new ListObjectsV2Command({ Bucket: "keys" }));
    assert.deepEqual(contents!.map(({ Key: key }) => key).sort(), keys.sort());
  });

  it("S3: 200 MB in parts come back equal", async () => {
    const s3 = s3Client(outputs());
    const part = randomBytes(1024 * 1024);
    const body = Buffer.concat(Array.from({ length: 200 }, (_, i) => Buffer.concat([part.subarray(i), part.subarray(0, i)])));
    await new Upload({
      client: s3,
      params: { Bucket: "uploads", Key: "large", Body: body },
      partSize: 16 * 1024 * 1024,
      queueSize: 2,
    }).done();
    const { Body: stream } = await s3.send(new GetObjectCommand({ Bucket: "uploads", Key: "large" }));
    const hash = createHash("sha256");
    for await (const piece of stream as AsyncIterable<Buffer>) hash.update(piece);
    assert.equal(hash.digest("hex"), createHash("sha256").update(body).digest("hex"));
  });

  it("SQS: a message sent and received with the URL that came back", async () => {
    const sqs = sqsClient(outputs());
    const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: "fresh" }));
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "grüße" }));
    assert.equal(await receive(sqs, url!), "grüße");
  });

  it("SNS: what is published to a topic arrives in its queue", async () => {
    const sns = new SNSClient(clientSettings(outputs()));
    await sns.send(new PublishCommand({ TopicArn: "arn:aws:sns:us-east-1:000000000000:events", Message: "hello" }));
    const sqs = sqsClient(outputs());
    const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
    assert.equal((JSON.parse(await receive(sqs, url!)) as { Message: string }).Message, "hello");
  });

  it("Secrets Manager and SSM give back what was stored", async () => {
    const secrets = new SecretsManagerClient(clientSettings(outputs()));
    await secrets.send(new CreateSecretCommand({ Name: "mine", SecretString: "s3cret" }));
    assert.equal((await secrets.send(new GetSecretValueCommand({ SecretId: "mine" }))).SecretString, "s3cret");
    const ssm = new SSMClient(clientSettings(outputs()));
    await ssm.send(new PutParameterCommand({ Name: "/mine/level", Value: "7", Type: "String" }));
    assert.equal((await ssm.send(new GetParameterCommand({ Name: "/mine/level" }))).Parameter!.Value, "7");
  });

  it("EventBridge: an event that a rule matches arrives in its queue", async () => {
    const events = new EventBridgeClient(clientSettings(outputs()));
    const sqs = sqsClient(outputs());
    const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: "rule" }));
    await events.send(new PutRuleCommand({ Name: "orders", EventPattern: '{"source":["shop"]}' }));
    const target = { Id: "queue", Arn: "arn:aws:sqs:us-east-1:000000000000:rule" };
    await events.send(new PutTargetsCommand({ Rule: "orders", Targets: [target] }));
    const entry = { Source: "shop", DetailType: "order", Detail: '{"id":1}' };
    assert.equal((await events.send(new PutEventsCommand({ Entries: [entry] }))).FailedEntryCount, 0);
    assert.deepEqual((JSON.parse(await receive(sqs, url!)) as { detail: unknown }).detail, { id: 1 });
  });
}
export async function declaredIsThere(outputs: Outputs): Promise<void> {
  const s3 = s3Client(outputs);
  assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket: "uploads" }))).Status, "Enabled");
  const sqs = sqsClient(outputs);
  const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
  const { Attributes: attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
  const policy = JSON.parse(attributes!.RedrivePolicy!) as { deadLetterTargetArn: string };
  assert.equal(policy.deadLetterTargetArn, "arn:aws:sqs:us-east-1:000000000000:jobs-dead");
  const topics = (await new SNSClient(clientSettings(outputs)).send(new ListTopicsCommand())).Topics!;
  assert.ok(topics.some(({ TopicArn: arn }) => arn === "arn:aws:sns:us-east-1:000000000000:events"));
  const parameter = await new SSMClient(clientSettings(outputs)).send(new GetParameterCommand({ Name: "/app/greeting" }));
  assert.equal(parameter.Parameter!.Value, declared.parameters[0]!.value);
  const secret = await new SecretsManagerClient(clientSettings(outputs)).send(
    new GetSecretValueCommand({ SecretId: "app/database" }),
  );
  assert.equal(secret.SecretString, declared.secrets[0]!.value);
}
