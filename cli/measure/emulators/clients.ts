/** The AWS SDK's clients of all services that the exam looks at. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";

export type Clients = ReturnType<typeof clientsOf>;

/** What the constructors of all clients take. */
export type Settings = Pick<S3ClientConfig, "endpoint" | "region" | "credentials" | "maxAttempts" | "requestHandler">;

/** @param endpoint `http://127.0.0.1:4566` */
export function localSettings(endpoint: string): Settings {
  return { endpoint, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" }, maxAttempts: 1 };
}

export function clientsOf(settings: Settings) {
  return {
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    sqs: new SQSClient(settings),
    sns: new SNSClient(settings),
    dynamodb: new DynamoDBClient(settings),
    secrets: new SecretsManagerClient(settings),
    ssm: new SSMClient(settings),
    events: new EventBridgeClient(settings),
  };
}
