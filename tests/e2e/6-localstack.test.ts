import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { clientSettings, s3Client, sqsClient } from "../../cli/measure/aws";
import { clientsOf } from "../../cli/measure/emulators/clients";
import { fill, look } from "../../cli/measure/emulators/exam";
import { items } from "../../cli/measure/emulators/items";
import { examined } from "../../components/services/localstack/losses";
import { ensureEngine } from "../../cli/engine/ensure";
import { emulatorImageNames } from "../../lab/images/localstack";
import { root } from "../../shared/paths";
import { http, npm, succeeded } from "./support";
import { passesBytesOn } from "./aws/bytes";
import { clientPodIsUp, goClient, inClientPod, javascript, KEYS_AND_FUNCTIONS, KEYS_AND_FUNCTIONS_ANSWER } from "./aws/clients";
import { declared, kill, type Outputs, up } from "./aws/emulator";
import { declaredIsThere, servesAws } from "./aws/services";

/** What is printed meanwhile. */
async function wordsOf(work: () => Promise<void>): Promise<string> {
  const write = process.stderr.write.bind(process.stderr);
  let words = "";
  process.stderr.write = (chunk: string | Uint8Array) => {
    words += Buffer.from(chunk).toString();
    return true;
  };
  try {
    await work();
  } finally {
    process.stderr.write = write;
  }
  return words;
}
describe("an AWS emulator in the platform", () => {
  let values: Outputs;
  const outputs = () => values;
  const goesWithGo = async () => assert.equal(succeeded(await goClient(values)).stdout, "hello ann\na message\n");

  before(async () => {
    succeeded(npm("lab", "up"));
    await ensureEngine("lab");
  });

  after(() => {
    succeeded(npm("stop", "--data"));
  });

  describe("LocalStack", () => {
    before("it is deployed", async () => {
      values = await up({ flavor: "localstack" });
    });

    it("has what is declared", () => declaredIsThere(values));

    it("returns queue URLs that are HTTPS, and the same as its outputs", async () => {
      const { QueueUrl: url } = await sqsClient(values).send(new GetQueueUrlCommand({ QueueName: "jobs" }));
      const told = (values.localstackResources as { name: string; url?: string }[]).find(({ name }) => name === "jobs")?.url;
      assert.equal(url!.replace(":443/", "/"), told);
      assert.match(told!, /^https:\/\/localstack\.homelab\.test\/queue\//);
    });

    servesAws(outputs);
    passesBytesOn(outputs);

    it.skip("DynamoDB: LocalStack runs DynamoDB Local, a Java program that it downloads, and the lab has neither");

    describe("the examples of the README, as they are written", () => {
      const example = (language: string) => {
        const section = /## AWS emulator\n([\s\S]*?)\n## /.exec(readFileSync(join(root, "README.md"), "utf8"))![1]!;
        return new RegExp("```" + language + "\n([\\s\\S]*?)```").exec(section)![1]!;
      };
      before("a pod with the AWS CLI and boto3, and the platform's certificate", () => clientPodIsUp(values));

      const inPod = (program: string, text: string) => inClientPod(values, program, text);

      it("the AWS CLI", () => assert.match(succeeded(inPod("sh -eu", example("sh"))).stdout, / 6 2026\/a greeting\.txt/));

      it("the first commands of nextSteps, twice, in any region and from any folder", () => {
        const commands = /^ {2}(?:export|aws) .*/gm;
        const lines = String(values.nextSteps)
          .match(commands)!
          .map((line) => line.trim());
        assert.equal(lines.length, 3);
        for (const region of ["us-east-1", "eu-central-1"]) {
          const [exported, ...others] = lines.map((line) => line.replaceAll("us-east-1", region));
          const text = ["unset AWS_CA_BUNDLE", exported, "cd /", ...others, ...others].join("\n");
          assert.match(succeeded(inPod("sh -eu", text)).stdout, /first-steps[^]* first-steps\n/);
        }
      });

      it("boto3 reads a user's metadata under the names that were given", () => {
        const program = `import boto3
s3 = boto3.client("s3")
s3.put_object(Bucket="photos", Key="meta", Body=b"x", Metadata={"author": "ann", "build-id": "7"})
print(s3.head_object(Bucket="photos", Key="meta")["Metadata"])`;
        assert.equal(succeeded(inPod("python3 -", program)).stdout, "{'author': 'ann', 'build-id': '7'}\n");
      });

      it("boto3", () => assert.equal(succeeded(inPod("python3 -", example("python"))).stdout, "photos/2026/a greeting.txt\n"));

      it("JavaScript", () => assert.equal(succeeded(javascript(values, "example.mjs", example("js"))).stdout, "hello\n\n"));
    });

    it("Go, with its endpoint from the environment alone", goesWithGo);

    it("serves its health, and accepts no administrative call through the route, however the path is written", () => {
      const url = String(values.localstackUrl);
      assert.equal(http(`${url}/_localstack/health`).status, 200);
      assert.match(http(`${url}/_localstack/init/ready`).body, /"completed": *true/);
      const order = [
        "--request",
        "POST",
        "--header",
        "content-type: application/json",
        "--data",
        '{"action":"kill"}',
        "--path-as-is",
      ];
      for (const path of [
        "/_localstack/health",
        "//_localstack/health",
        "/./_localstack/health",
        "/%5Flocalstack/health",
        "/x/../_localstack/health",
      ]) {
        assert.equal(http(url + path, ...order).status, 404, path);
      }
      for (const path of [
        "/_aws/sqs/messages",
        "/_aws/ses",
        "/_localstack/diagnose",
        "/_localstack/state/reset",
        "/_localstack/config",
      ]) {
        assert.equal(http(url + path).status, 404, path);
      }
    });

    it("forgets all but what is declared when its pod is killed, as its outputs say", async () => {
      assert.equal(values.localstackPersistence, "memory-only");
      await kill(values, "--grace-period=0", "--force");
      await declaredIsThere(values);
      const { Buckets: buckets } = await s3Client(values).send(new ListBucketsCommand());
      assert.deepEqual(
        buckets!.map(({ Name: name }) => name),
        ["uploads"],
      );
    });
  });

  describe("MiniStack", () => {
    before("it takes LocalStack's place", async () => {
      const services = [...declared.services, "kms", "lambda"];
      values = await up({
        flavor: "ministack",
        lambda: "local",
        services,
        tables: [{ name: "orders", key: "id", sortKey: "placed", sortKeyType: "N" }],
      });
    });

    it("has what is declared", () => declaredIsThere(values));

    servesAws(outputs);
    passesBytesOn(outputs);

    it("SQS: JavaScript with its endpoint from the environment alone goes to the URL that came back", () => {
      const program = `import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
const sqs = new SQSClient({});
const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "by-url" }));
await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "see http://localstack.homelab.test/ there" }));
const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
console.log(QueueUrl, Messages[0].Body);
`;
      const { stdout } = succeeded(javascript(values, "queue.mjs", program));
      assert.equal(stdout, "https://localstack.homelab.test/000000000000/by-url see http://localstack.homelab.test/ there\n");
    });

    it("Go, with its endpoint from the environment alone", goesWithGo);

    it("KMS, and functions in JavaScript and Python inside the emulator", () => {
      clientPodIsUp(values);
      assert.equal(succeeded(inClientPod(values, "python3 -", KEYS_AND_FUNCTIONS)).stdout, KEYS_AND_FUNCTIONS_ANSWER);
    });

    it("DynamoDB: an item in the declared table", async () => {
      const dynamodb = new DynamoDBClient(clientSettings(values));
      await dynamodb.send(new PutItemCommand({ TableName: "orders", Item: { id: { S: "a" }, placed: { N: "7" } } }));
      const { Items: items } = await dynamodb.send(
        new QueryCommand({
          TableName: "orders",
          KeyConditionExpression: "id = :id AND placed > :then",
          ExpressionAttributeValues: { ":id": { S: "a" }, ":then": { N: "5" } },
        }),
      );
      assert.deepEqual(items, [{ id: { S: "a" }, placed: { N: "7" } }]);
    });

    it("takes no orders through the route", () => {
      for (const path of ["/_ministack/reset", "/_localstack/state/reset", "/_ministack/config"]) {
        assert.equal(http(String(values.localstackUrl) + path, "--request", "POST").status, 404, path);
      }
    });

    it("keeps over a restart what its exam says, as its outputs say", async () => {
      assert.equal(values.localstackPersistence, "effective");
      await fill(clientsOf(clientSettings(values)), "kept");
      await kill(values);
      await declaredIsThere(values);
      const kept = await look(clientsOf(clientSettings(values)), "kept");
      const lost = items.filter((_, index) => !kept[index]).map(({ name }) => name);
      const expected = examined.ministack!.rows.filter(({ outcomes }) => outcomes?.restart === "lost").map(({ name }) => name);
      assert.deepEqual(lost, expected);
    });

    it("has what is declared later, and nothing else is touched", async () => {
      const buckets = async () => (await s3Client(values).send(new ListBucketsCommand())).Buckets!.map(({ Name: name }) => name!);
      const before = await buckets();
      values = await up({ flavor: "ministack", buckets: [...declared.buckets, { name: "later" }] });
      assert.deepEqual((await buckets()).sort(), [...before, "later"].sort());
    });
  });

  it("fails to come up when what is declared cannot be made, with the hook's own error", async () => {
    const tables = [{ name: "orders", key: "id" }];
    // The image by name, because the lab refuses tables beside its LocalStack before anything is deployed.
    const settings = { flavor: "localstack", image: emulatorImageNames.localstack, tables, startSeconds: 40 };
    const words = await wordsOf(() => assert.rejects(up(settings), /pulumi failed/));
    assert.match(words, /What is declared could not be made:[\s\S]*table orders: An error occurred/);
  });
});
