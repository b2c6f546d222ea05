/** Looking at a stack whose state is lost, damaged or locked: what is known of it all the same. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pullSecretName } from "../../../components/builders/pullSecret";
import { run, UserError } from "../../../shared/process";
import { say } from "../../../shared/progress";
import type { Cluster } from "../../clusters/cluster";
import { existingStack, outputs, type Stack } from "../pulumi";
import type * as Declared from "./declared";
import { backendFolder, stateFile } from "./file";
import { exportState, SECRET } from "./state";

type Outputs = Record<string, unknown>;

/** A stack to be looked at; where its state cannot be read, by the newest copy of it, and nothing is changed. */
export function readableStack(name: string, cluster: Cluster): Stack {
  const stack = existingStack(name, cluster);
  const backend = stack.env.PULUMI_BACKEND_URL;
  const found = stateFile(backend, name);
  const [newest] = found?.copies ?? [];
  if (found === undefined || found.present !== undefined || newest === undefined) return stack;
  say(`  the state of the stack "${name}" is ${found.damaged ? "damaged" : "gone"}; this goes by its copy of ${newest.time}`);
  const folder = mkdtempSync(join(tmpdir(), "homelab-state-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, found.file.slice(backendFolder(backend)!.length));
  mkdirSync(dirname(file), { recursive: true });
  copyFileSync(newest.file, file);
  const meta = join(".pulumi", "meta.yaml");
  const known = join(backendFolder(backend)!, meta);
  if (existsSync(known)) copyFileSync(known, join(folder, meta));
  else writeFileSync(join(folder, meta), "version: 1\n");
  return { ...stack, env: { ...stack.env, PULUMI_BACKEND_URL: `file://${folder}` } };
}

/**
 * The outputs of a stack as far as they are known. Without its passphrase its secrets come from the cluster; without any state all
 * else comes from its configuration.
 * @throws UserError with what is wrong with the configuration too
 */
export function knownOutputs(stack: Stack): Outputs {
  try {
    return outputs(stack, true);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const state = withoutSecrets(stack);
    say(`  ${error.message.replaceAll("\n", "\n  ")}`);
    say(`  this goes by ${state === undefined ? "the configuration of the stack" : "what is not encrypted"}, and by the cluster`);
    const known = state ?? fromConfiguration(stack);
    return { ...known, ...account(stack, known) };
  }
}

/** What is known of the state without the passphrase; undefined where nothing is. */
function withoutSecrets(stack: Stack): Outputs | undefined {
  try {
    const resources = exportState(stack).deployment?.resources ?? [];
    const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs as Outputs | undefined;
    if (root === undefined) return undefined;
    const isSecret = (value: unknown) => (value as Outputs | null)?.[SECRET.key] === SECRET.value;
    return Object.fromEntries(Object.entries(root).filter(([, value]) => !isSecret(value)));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** As the program would tell them; of a certificate that is made in the cluster, what is there. */
function fromConfiguration(stack: Stack): Outputs {
  const { declaredOutputs } = require("./declared") as typeof Declared;
  const authority = field(stack, ["secret", "homelab-ca", "-n", "cert-manager"], "tls\\.crt");
  return { ...declaredOutputs(stack), ...(authority && { caCertificate: Buffer.from(authority, "base64").toString() }) };
}

/** The registry's own account, out of a pull secret. */
function account(stack: Stack, { registryHost }: Outputs): Outputs {
  const secrets = field(stack, ["secrets", "-A", "--field-selector", `metadata.name=${pullSecretName}`], "\\.dockerconfigjson");
  for (const encoded of (secrets ?? "").split(" ").filter(Boolean)) {
    const { auths = {} } = JSON.parse(Buffer.from(encoded, "base64").toString()) as {
      auths?: Record<string, { username?: string; password?: string }>;
    };
    const { username, password } = auths[String(registryHost)] ?? {};
    if (username && password) return { registryUsername: username, registryPassword: password };
  }
  return {};
}

/** A field of the data of what kubectl gets; of several, with spaces between them. */
function field(stack: Stack, query: readonly string[], key: string): string | undefined {
  const path = query.includes("-A") ? `{.items[*].data['${key}']}` : `{.data['${key}']}`;
  const args = ["get", ...query, "-o", `jsonpath=${path}`, "--request-timeout=10s"];
  const answer = run("kubectl", [...stack.cluster.kubectlArguments, ...args], { env: stack.env, allowFailure: true });
  return answer.status === 0 && answer.stdout !== "" ? answer.stdout : undefined;
}
