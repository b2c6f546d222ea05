/** Calls of the AWS SDK to a stack's emulator, through its route, with the platform's CA as the only trust. */
import { randomBytes } from "node:crypto";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { s3Client, sqsClient } from "./aws";
import { median, type Measurement } from "./timing";

const ROUNDS = 3;
const GETS = 200;
const CALLS = 1000;
const AT_ONCE = 4;

/** Seconds of each call, in rising order. */
async function times(count: number, atOnce: number, call: (index: number) => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) {
      const begin = performance.now();
      await call(index);
      taken.push((performance.now() - begin) / 1000);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return taken.sort((a, b) => a - b);
}

const rounded = (seconds: number) => Math.round(seconds * 10000) / 10000;

/** A figure of several rounds, each reduced to one number. */
async function rounds(name: string, goal: number, round: () => Promise<number>): Promise<Measurement> {
  const runs: number[] = [];
  for (let count = 0; count < ROUNDS; count++) runs.push(rounded(await round()));
  return { name, runs, median: median(runs), goal };
}

/** How long clients wait for the emulator: the usual call, and the slowest in a hundred of all kinds of calls. */
export async function measureAws(outputs: Record<string, unknown>): Promise<Measurement[]> {
  const s3 = s3Client(outputs);
  const sqs = sqsClient(outputs);
  const bucket = `bench-${process.pid}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const { QueueUrl: queue } = await sqs.send(new CreateQueueCommand({ QueueName: bucket }));
  const body = randomBytes(1024);
  const put = (index: number) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: `object-${index % 100}`, Body: body }));
  const get = async () => {
    const { Body: stream } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "object-0" }));
    await stream!.transformToByteArray();
  };
  const mixed: ((index: number) => Promise<unknown>)[] = [
    put,
    get,
    () => s3.send(new ListObjectsV2Command({ Bucket: bucket })),
    (index) => sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: `message ${index}` })),
    () => sqs.send(new ReceiveMessageCommand({ QueueUrl: queue, MaxNumberOfMessages: 1 })),
  ];
  await put(0);
  return [
    await rounds("S3: get of 1 KB, median of 200", 0.05, async () => median(await times(GETS, 1, get))),
    await rounds("AWS: 1,000 mixed calls, 4 at once, the 99th of 100", 1, async () => {
      const taken = await times(CALLS, AT_ONCE, (index) => mixed[index % mixed.length]!(index));
      return taken[Math.ceil(taken.length * 0.99) - 1]!;
    }),
  ];
}
