import type { DeclaredResources, LocalstackConfig } from "../config/types";
import { accountId, port } from "./flavors";

/*
 * The shell scripts that make what is declared, inside the emulator's own container and with the AWS CLI that its image
 * has. They run at every start, so every step leaves alone what is there already.
 */

export const hookPaths = {
  /** What is declared, as a script; a folder of its own, outside of where hooks are looked for. */
  declared: "/etc/homelab/declared",
  values: "/etc/homelab/values",
  work: "/tmp/homelab",
  /** Holds the exit code of the script once it has ended. */
  ended: "/tmp/homelab/ended",
  log: "/tmp/homelab/declared.log",
} as const;

/** File names in the ConfigMap. */
export const hookFiles = { hook: "10-homelab.sh", declared: "declared.sh" } as const;

/** Name of the file with a declared secret's value. */
export const valueFile = (index: number): string => `secret-${index}`;

/** Runs the other script, keeps what it prints, and says how it ended. */
export const hook = `#!/bin/sh
mkdir -p ${hookPaths.work}
sh ${hookPaths.declared}/${hookFiles.declared} > ${hookPaths.log} 2>&1
code=$?
cat ${hookPaths.log}
echo $code > ${hookPaths.ended}
exit $code
`;

/**
 * Waits, beside the emulator, until the hook has ended. Kubernetes runs it when the container has started, takes the pod
 * for not ready until it ends, and stops the container when it fails, with what it printed as the reason: an emulator
 * without its resources is not ready, and a deployment shows why.
 */
export function hookGate(seconds: number): string[] {
  return [
    "/bin/sh",
    "-c",
    `i=0
until [ -s ${hookPaths.ended} ]; do
  i=$((i + 1))
  [ $i -le ${seconds * 2} ] || { echo "the emulator did not come to its init hook within ${seconds} s" > ${hookPaths.log}; break; }
  sleep 0.5
done
[ "$(cat ${hookPaths.ended} 2>/dev/null)" = 0 ] && exit 0
{ echo "The declared resources could not be made:"; tail -n 12 ${hookPaths.log} | cut -c 1-200; } | tee /dev/termination-log
exit 1`,
  ];
}

/** The script that makes what is declared. */
export function declaredScript({ region, ...declared }: DeclaredResources & Pick<LocalstackConfig, "region">): string {
  const arn = (service: string, name: string) => `arn:aws:${service}:${region}:${accountId}:${name}`;
  const fifo = (name: string) => name.endsWith(".fifo");
  const deadFirst = [...declared.queues].sort(
    (a, b) => Number(a.deadLetterQueue !== undefined) - Number(b.deadLetterQueue !== undefined),
  );
  const steps = [
    ...declared.buckets.flatMap(({ name, versioning }) => [
      call(`bucket ${name}`, "make_bucket", name),
      ...(versioning
        ? [call("", "aws s3api put-bucket-versioning --versioning-configuration Status=Enabled --bucket", name)]
        : []),
    ]),
    ...deadFirst.map(({ name }) => call(`queue ${name}`, "make_queue", name, ...(fifo(name) ? ["FifoQueue=true"] : []))),
    ...declared.queues.flatMap(({ name, deadLetterQueue, maxReceiveCount }) => {
      if (deadLetterQueue === undefined) return [];
      const policy = JSON.stringify({
        deadLetterTargetArn: arn("sqs", deadLetterQueue),
        maxReceiveCount: maxReceiveCount.toString(),
      });
      return [
        call(`queue ${name}: dead letters to ${deadLetterQueue}`, "redrive", name, JSON.stringify({ RedrivePolicy: policy })),
      ];
    }),
    ...declared.topics.flatMap(({ name, queues }) => [
      call(`topic ${name}`, "make_topic", name, ...(fifo(name) ? ["FifoTopic=true"] : [])),
      ...queues.map((queue) => call(`topic ${name}: queue ${queue}`, "subscribe", arn("sns", name), arn("sqs", queue))),
    ]),
    ...declared.tables.map((table) => call(`table ${table.name}`, "make_table", table.name, ...tableArguments(table))),
    ...declared.parameters.map(({ name, value }) => call(`parameter ${name}`, "set_parameter", name, value)),
    ...declared.secrets.map(({ name }, i) => call(`secret ${name}`, "set_secret", name, `${hookPaths.values}/${valueFile(i)}`)),
  ];
  return `${head(region)}\n${steps.join("\n")}\n`;
}

function tableArguments({ key, keyType, sortKey, sortKeyType }: DeclaredResources["tables"][number]): string[] {
  const sorted = sortKey !== undefined && sortKey !== key;
  return [
    "--attribute-definitions",
    `AttributeName=${key},AttributeType=${keyType}`,
    ...(sorted ? [`AttributeName=${sortKey},AttributeType=${sortKeyType}`] : []),
    "--key-schema",
    `AttributeName=${key},KeyType=HASH`,
    ...(sorted ? [`AttributeName=${sortKey},KeyType=RANGE`] : []),
  ];
}

/** One step: told, then done. `command` is the script's own words, the arguments are quoted. */
function call(told: string, command: string, ...args: string[]): string {
  const step = [command, ...args.map(quote)].join(" ");
  return told === "" ? step : `echo ${quote(told)}\n${step}`;
}

/** For a POSIX shell. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_./:=,@+-]+$/.test(word) ? word : `'${word.replace(/'/g, `'\\''`)}'`;
}

function head(region: string): string {
  return `#!/bin/sh
# What the stack's configuration declares (homelab:localstack). Made by Pulumi: changes here are lost.
set -eu
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=${region} AWS_PAGER= AWS_EC2_METADATA_DISABLED=true HOME=${hookPaths.work}
unset AWS_ENDPOINT_URL AWS_PROFILE AWS_CA_BUNDLE || true

# The address on every call: version 1 of the CLI ignores the variable for some services.
aws() { command aws --endpoint-url http://127.0.0.1:${port} --output text "$@"; }

make_bucket() {
  aws s3api head-bucket --bucket "$1" > /dev/null 2>&1 && return
  aws s3api create-bucket --bucket "$1"${region === "us-east-1" ? "" : ` --create-bucket-configuration LocationConstraint=${region}`}
}
make_queue() {
  name="$1"; shift
  aws sqs get-queue-url --queue-name "$name" > /dev/null 2>&1 && return
  aws sqs create-queue --queue-name "$name" \${1:+--attributes "$1"}
}
redrive() {
  url=$(aws sqs get-queue-url --queue-name "$1" --query QueueUrl)
  aws sqs set-queue-attributes --queue-url "$url" --attributes "$2"
}
make_topic() {
  name="$1"; shift
  aws sns create-topic --name "$name" \${1:+--attributes "$1"}
}
subscribe() {
  known=$(aws sns list-subscriptions-by-topic --topic-arn "$1" --query "Subscriptions[?Endpoint=='$2'].Endpoint")
  case "$known" in *"$2"*) return ;; esac
  aws sns subscribe --topic-arn "$1" --protocol sqs --notification-endpoint "$2"
}
make_table() {
  name="$1"; shift
  aws dynamodb describe-table --table-name "$name" > /dev/null 2>&1 && return
  aws dynamodb create-table --table-name "$name" --billing-mode PAY_PER_REQUEST "$@" --query TableDescription.TableStatus
}
set_parameter() {
  known=$(aws ssm get-parameter --name "$1" --query Parameter.Value 2> /dev/null) && [ "$known" = "$2" ] && return
  printf %s "$2" > ${hookPaths.work}/value
  aws ssm put-parameter --name "$1" --value "file://${hookPaths.work}/value" --type String --overwrite
}
# A value is never an argument, which every process of the container could read.
set_secret() {
  if known=$(aws secretsmanager get-secret-value --secret-id "$1" --query SecretString 2> /dev/null); then
    [ "$known" = "$(cat "$2")" ] || aws secretsmanager put-secret-value --secret-id "$1" --secret-string "file://$2" --query Name
  else
    aws secretsmanager create-secret --name "$1" --secret-string "file://$2" --query Name
  fi
}
`;
}
