import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/*
 * Runs a program against Pulumi's mock engine and keeps every registration as the engine would receive it: inputs with
 * their secrets still in envelopes, and the options, which Pulumi's own mocks do not show.
 */

/** Marks a value as special on the wire; this one marks secrets. sdk/nodejs/runtime/rpc.ts */
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Stands for a value that a preview does not know. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Recorded {
  urn: string;
  type: string;
  name: string;
  custom: boolean;
  /** URN; empty for the root. */
  parent: string;
  /** Wire form: secrets are envelopes, see `plain` and `secretPaths`. */
  inputs: Record<string, unknown>;
  provider: string;
  dependencies: string[];
  protect: boolean;
  retainOnDelete: boolean;
  ignoreChanges: string[];
  /** Types that the resource had in earlier versions. */
  formerTypes: string[];
  /** For a resource that is read, not made. */
  readId?: string;
}

export interface Run {
  resources: Recorded[];
  /** Wire form of the stack's outputs. */
  outputs: Record<string, unknown>;
}

export interface RecordOptions {
  stack?: string;
  /** Run as a preview: what a provider would compute is not known. */
  preview?: boolean;
  /** What the kubernetes plugin renders of a chart; by default nothing, for a cluster that answers. */
  charts?: (options: { release_name: string; path?: string; values: object }) => unknown[];
}

export const rootCertificatePem = "-----BEGIN CERTIFICATE-----\nnot a real one\n-----END CERTIFICATE-----\n";

/** Registers whatever `program` makes and waits until all of it is done. Errors of the program reject. */
export async function record(program: () => unknown, options: RecordOptions = {}): Promise<Run> {
  const { stack = "test", preview = false } = options;
  await pulumi.runtime.setMocks(
    { newResource: (args) => answer(args, preview), call: (args) => call(args, options) },
    "homelab",
    stack,
    preview,
  );
  // What an engine does; here they change nothing.
  Object.assign((require("@pulumi/pulumi/runtime/state") as { getStore(): object }).getStore(), { supportsTransforms: true });
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const run: Run = { resources: [], outputs: {} };
  watch(monitor, run);

  // An error in an Output rejects nothing that could be awaited, and what depends on it is never registered.
  let onFailure: (reason: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    onFailure = reject;
  });
  process.on("unhandledRejection", onFailure);
  const finished = finish(program);
  try {
    await Promise.race([failure, finished]);
  } catch (error) {
    // What fails, fails its component and the stack too, a moment later: not the next run. Some programs never end then.
    await Promise.race([finished.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 500))]);
    throw error;
  } finally {
    process.off("unhandledRejection", onFailure);
  }
  run.resources.sort((a, b) => a.urn.localeCompare(b.urn));
  return run;
}

async function finish(program: () => unknown): Promise<void> {
  await pulumi.runtime.runInPulumiStack(() => Promise.resolve(program()));
  await pulumi.runtime.disconnect();
  // Rejections surface one turn of the loop later.
  await new Promise((resolve) => setImmediate(resolve));
}

/** What the kubernetes plugin answers when it is asked to render a chart, and other functions of plugins. */
function call({ token, inputs }: pulumi.runtime.MockCallArgs, { charts = () => [] }: RecordOptions) {
  if (token !== "kubernetes:helm:template") return inputs;
  const options = JSON.parse(String(inputs.jsonOpts)) as Parameters<typeof charts>[0];
  const probed = [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "probe" }, data: { cluster: "true" } }];
  const rendered = charts(options);
  return { result: options.release_name === "probe" && rendered.length === 0 ? probed : rendered };
}

/** What providers would answer: their inputs, and what they compute when it is not a preview. */
function answer(args: pulumi.runtime.MockResourceArgs, preview: boolean) {
  const id = args.id || (args.custom && !preview ? `${args.name}-id` : undefined);
  return { id, state: { ...args.inputs, ...(preview ? {} : computed(args)) } };
}

function computed({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const bytes = createHash("sha256")
    .update(name)
    .digest()
    .subarray(0, inputs.length ?? 32);
  switch (type) {
    case "random:index/randomPassword:RandomPassword":
      return { result: fakePassword(name) };
    case "random:index/randomBytes:RandomBytes":
      return { base64: bytes.toString("base64"), hex: bytes.toString("hex") };
    case "pulumi:index:Stash":
      return { output: inputs.input };
    case "kubernetes:core/v1:Secret":
      return "stringData" in inputs || "data" in inputs
        ? {}
        : { data: { "tls.crt": Buffer.from(rootCertificatePem).toString("base64") } };
    default:
      return type.startsWith("kubernetes:") ? { metadata: { ...inputs.metadata, uid: `uid-of-${name}` } } : {};
  }
}

/** What the mocks generate for a RandomPassword of this name. */
export function fakePassword(name: string): string {
  return `generated-for-${name}`;
}

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getDependenciesList(): string[];
}

interface RegisterRequest extends Request {
  getCustom(): boolean;
  getObject(): { toJavaScript(): Record<string, unknown> };
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getIgnorechangesList(): string[];
  getAliasesList(): { getSpec(): { getType(): string } | undefined }[];
}

interface ReadRequest extends Request {
  getId(): string;
  getProperties(): { toJavaScript(): Record<string, unknown> };
}

interface OutputsRequest {
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> } | undefined;
}

type Callback = (error: unknown, response: { getUrn(): string } | undefined) => void;

interface Monitor {
  registerResource(request: RegisterRequest, callback: Callback): unknown;
  readResource(request: ReadRequest, callback: Callback): unknown;
  registerResourceOutputs(request: OutputsRequest, callback: Callback): unknown;
}

function watch(monitor: Monitor, run: Run): void {
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      run.resources.push({
        ...common(request, response),
        custom: request.getCustom(),
        inputs: request.getObject().toJavaScript(),
        protect: request.getProtect(),
        retainOnDelete: request.getRetainondelete(),
        ignoreChanges: request.getIgnorechangesList(),
        formerTypes: request.getAliasesList().flatMap((alias) => alias.getSpec()?.getType() || []),
      });
      callback(error, response);
    });
  const read = monitor.readResource.bind(monitor);
  monitor.readResource = (request, callback) =>
    read(request, (error, response) => {
      run.resources.push({
        ...common(request, response),
        custom: true,
        inputs: request.getProperties().toJavaScript(),
        protect: false,
        retainOnDelete: false,
        ignoreChanges: [],
        formerTypes: [],
        readId: request.getId(),
      });
      callback(error, response);
    });
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    if (request.getUrn().includes("pulumi:pulumi:Stack::")) run.outputs = request.getOutputs()?.toJavaScript() ?? {};
    return registerOutputs(request, callback);
  };
}

function common(request: Request, response: { getUrn(): string } | undefined) {
  return {
    urn: response?.getUrn() ?? "",
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    provider: request.getProvider(),
    dependencies: [...request.getDependenciesList()].sort(),
  };
}

/** A value without its envelopes, as a provider sees it. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isMap(value)) return value;
  if (isSecret(value)) return plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** A value with everything secret left out: what anyone may see. */
export function visible(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(visible);
  if (!isMap(value)) return value;
  return isSecret(value) ? "[secret]" : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visible(item)]));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export function isSecret(value: Record<string, unknown>): boolean {
  return value[signature] === secretSignature;
}
