/** Clients as a reader has them: their endpoint, region, credentials and trust come from the environment that the stack tells. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildPrograms } from "../../../lab/engine/build";
import type { Program } from "../../../lab/engine/programs";
import { emulatorImageNames } from "../../../lab/images/localstack";
import { paths } from "../../../shared/paths";
import { inLab, kubectl, kubectlApply, succeeded, type Result } from "../support";
import type { Outputs } from "./emulator";

const environment = (outputs: Outputs) => outputs.localstackEnvironment as Record<string, string>;

/** Has a pod with the AWS CLI and boto3, and the platform's certificate, in the namespace for apps. */
export function clientPodIsUp(outputs: Outputs): void {
  succeeded(kubectlApply(clientPod(String(outputs.caCertificate))));
  succeeded(kubectl("wait", "-n", "apps", "--for=condition=Ready", "pod/aws-client", "--timeout=60s"));
}

function clientPod(ca: string) {
  const security = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
  };
  const container = {
    name: "client",
    image: emulatorImageNames.localstack,
    command: ["sleep", "infinity"],
    securityContext: security,
    volumeMounts: [{ name: "ca", mountPath: "/ca" }],
  };
  const volumes = [{ name: "ca", configMap: { name: "aws-client" } }];
  const metadata = { name: "aws-client", namespace: "apps" };
  const items = [
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "homelab-ca.crt": ca } },
    { apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [container], volumes, terminationGracePeriodSeconds: 0 } },
  ];
  return { apiVersion: "v1", kind: "List", items };
}

/** A program of the client pod with this text as its input: `sh -eu`, `python3 -`. */
export function inClientPod(outputs: Outputs, program: string, text: string): Result {
  const variables = Object.entries(environment(outputs)).map(([name, value]) => `${name}=${value}`);
  const shell = "cd /tmp && cp /ca/homelab-ca.crt . && exec env AWS_CA_BUNDLE=/tmp/homelab-ca.crt ";
  const command = ["sh", "-c", `${shell}"$@"`, "sh", ...variables, ...program.split(" ")];
  return inLab(["kubectl", "exec", "-i", "-n", "apps", "aws-client", "--", ...command], { input: text });
}

/** A JavaScript module, run below the project, where the SDK is found. */
export function javascript(outputs: Outputs, name: string, text: string): Result {
  const file = join(paths.run, name);
  writeFileSync(file, text);
  return inLab(["node", file], { env: { ...environment(outputs), NODE_EXTRA_CA_CERTS: paths.caCertificate } });
}

const goProgram: Program = {
  name: "aws-client",
  version: "1",
  binaries: ["aws-client"],
  versionFlags: [],
  source: { folder: join(__dirname, "go"), targets: ["."] },
  estimate: 60,
};

/** The program of the folder `go`, with the Go SDK. */
export async function goClient(outputs: Outputs): Promise<Result> {
  const program = (await buildPrograms([goProgram]))[goProgram.name]!;
  return inLab([program], { env: { ...environment(outputs), AWS_CA_BUNDLE: paths.caCertificate } });
}

/** boto3: keys, and functions in JavaScript and Python that the emulator runs itself. Prints a line each. */
export const KEYS_AND_FUNCTIONS = `import boto3, io, json, zipfile
kms = boto3.client("kms")
key = kms.create_key()["KeyMetadata"]["KeyId"]
sealed = kms.encrypt(KeyId=key, Plaintext=b"a word")["CiphertextBlob"]
assert b"a word" not in sealed
print("kms", kms.decrypt(CiphertextBlob=sealed)["Plaintext"].decode())

functions = boto3.client("lambda")
sources = {
    "nodejs20.x": ("index.js", "exports.handler = async ({ name }) => ({ hello: name, by: 'node ' + (process.version !== '') });"),
    "python3.12": ("index.py", "def handler(event, context): return {'hello': event['name'], 'by': 'python'}"),
}
for runtime, (file, source) in sources.items():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr(file, source)
    name = runtime.split(".")[0]
    functions.create_function(
        FunctionName=name, Runtime=runtime, Handler="index.handler",
        Role="arn:aws:iam::000000000000:role/any", Code={"ZipFile": archive.getvalue()},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=name)
    answer = functions.invoke(FunctionName=name, Payload=json.dumps({"name": "ann"}))
    print(name, json.loads(answer["Payload"].read()), answer.get("FunctionError"))
`;

export const KEYS_AND_FUNCTIONS_ANSWER = `kms a word
nodejs20 {'hello': 'ann', 'by': 'node true'} None
python3 {'hello': 'ann', 'by': 'python'} None
`;
