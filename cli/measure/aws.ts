/** AWS SDK clients that reach a stack's emulator as any program would: by its URL, with the platform's CA as their only trust. */
import type { LookupFunction } from "node:net";
import { Agent } from "node:https";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { NodeHttpHandler } from "@smithy/node-http-handler";

/** What the constructors of all clients take. */
export function clientSettings(outputs: Record<string, unknown>) {
  const endpoint = String(outputs.localstackUrl);
  const host = new URL(endpoint).hostname;
  const records = (outputs.dnsRecords ?? []) as Array<{ name: string; address?: string }>;
  const address = records.find(({ name }) => name === host)?.address;
  // The name is known inside the lab only; the certificate is still checked for it.
  const lookup: LookupFunction = (_name, options, callback) =>
    options.all ? callback(null, [{ address: address!, family: 4 }]) : callback(null, address!, 4);
  const httpsAgent = new Agent({ ca: String(outputs.caCertificate), keepAlive: true, ...(address ? { lookup } : {}) });
  return {
    endpoint,
    region: String(outputs.localstackRegion),
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ httpsAgent }),
  };
}

export const s3Client = (outputs: Record<string, unknown>) => new S3Client({ ...clientSettings(outputs), forcePathStyle: true });
export const sqsClient = (outputs: Record<string, unknown>) => new SQSClient(clientSettings(outputs));
