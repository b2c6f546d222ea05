/** The dev stack with an emulator, deployed and killed. */
import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { labCluster } from "../../../cli/clusters/lab";
import { awaitHealth } from "../../../cli/shared/health";
import { deploy } from "../../../cli/shared/deploy";
import { openStack } from "../../../cli/shared/pulumi";
import { paths } from "../../../shared/paths";
import { run } from "../../../shared/process";
import { kubectl, scratch, succeeded } from "../support";

export const declared = {
  services: ["s3", "sqs", "sns", "dynamodb", "iam", "sts", "logs", "secretsmanager", "ssm", "events"],
  buckets: [{ name: "uploads", versioning: true }],
  queues: [{ name: "jobs", deadLetterQueue: "jobs-dead", maxReceiveCount: 3 }, { name: "jobs-dead" }],
  topics: [{ name: "events", queues: ["jobs"] }],
  parameters: [{ name: "/app/greeting", value: 'it\'s $HOME and "quotes"\n' }],
  secrets: [{ name: "app/database", value: "correct horse battery staple" }],
};

export type Outputs = Record<string, unknown>;

/** The declaration with its secrets encrypted, as `pulumi config set --secret` writes them. */
function encrypted(): typeof declared {
  const stack = openStack("dev", labCluster);
  const file = scratch("Pulumi.dev.yaml");
  copyFileSync(stack.file, file);
  const secrets = declared.secrets.map(({ name, value }) => {
    run("pulumi", ["config", "set", "--secret", "value", "--stack", "dev", "--config-file", file], {
      cwd: paths.stacks,
      env: stack.env,
      input: value,
    });
    return { name, value: (parse(readFileSync(file, "utf8")) as Stored).config["homelab:value"] };
  });
  return { ...declared, secrets } as typeof declared;
}

interface Stored {
  config: Record<string, string>;
}
/** Deploys dev with an emulator of this flavor and these settings more. */
export async function up(settings: Record<string, unknown>): Promise<Outputs> {
  const localstack = { enabled: true, ...encrypted(), ...settings };
  const values = await deploy(openStack("dev", labCluster, { localstack }));
  const health = await awaitHealth(values, 60);
  assert.ok(health.healthy, JSON.stringify(health.services));
  assert.ok(health.services.some(({ name }) => name === "localstack"));
  return values;
}
/** Kills the emulator's pod and waits until the next one has made what is declared. `grace` as kubectl has it. */
export async function kill(outputs: Outputs, ...grace: string[]): Promise<void> {
  succeeded(kubectl("delete", "pod", "-n", "localstack", "-l", "app.kubernetes.io/name=localstack", "--wait", ...grace));
  succeeded(kubectl("rollout", "status", "-n", "localstack", "deployment/localstack", "--timeout", "120s"));
  assert.ok((await awaitHealth(outputs, 60)).healthy);
}
