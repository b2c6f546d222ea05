/** Starts a provider as the engine would and speaks the plugin protocol with it, in plain JSON. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";

export type Json = Record<string, JavaScriptValue>;

/** What the protocol sends for a value that is not known yet. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What the protocol sends for a secret. */
export function secret(value: JavaScriptValue): Json {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

export class Plugin {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  /** @param engine address that takes the log messages */
  static async start(name: string, engine = "127.0.0.1:1"): Promise<Plugin> {
    const main = join(__dirname, "..", "..", "..", "lab", "providers", name, "main.ts");
    const child = spawn(process.execPath, ["--import", "tsx", main, engine], { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface(child.stdout);
    const [port] = (await Promise.race([
      once(lines, "line"),
      once(child, "exit").then(() => Promise.reject(new Error(`the ${name} provider ended before it gave a port`))),
    ])) as [string];
    return new Plugin(child, new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure()));
  }

  async stop(): Promise<void> {
    this.client.close();
    this.child.kill();
    await once(this.child, "exit");
  }

  of(type: string, name = "thing"): Resource {
    return new Resource(this.client, type, name);
  }

  async configure(): Promise<proto.ConfigureResponse.AsObject> {
    return (await call(this.client, "configure", new proto.ConfigureRequest())).toObject();
  }

  async version(): Promise<string> {
    return (await call(this.client, "getPluginInfo", new Empty())).getVersion();
  }

  async invoke(token: string, args: Json): Promise<Json> {
    const request = new proto.InvokeRequest().setTok(token).setArgs(Struct.fromJavaScript(args));
    return toJson((await call(this.client, "invoke", request)).getReturn());
  }

  async cancel(): Promise<void> {
    await call(this.client, "cancel", new Empty());
  }
}

/** The calls for one resource. A failed call is thrown as an Error with the provider's message. */
export class Resource {
  constructor(
    private readonly client: ResourceProviderClient,
    private readonly type: string,
    private readonly name: string,
  ) {}

  get urn(): string {
    return `urn:pulumi:stack::project::${this.type}::${this.name}`;
  }

  /** Failures as `property: reason`. */
  async check(inputs: Json): Promise<{ inputs: Json; failures: string[] }> {
    const request = this.about(new proto.CheckRequest()).setNews(Struct.fromJavaScript(inputs));
    const response = await call(this.client, "check", request);
    const failures = response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
    return { inputs: toJson(response.getInputs()), failures };
  }

  /** Paths and kinds of what changes, such as `{ "keepers.v": "UPDATE_REPLACE" }`. */
  async diff(state: Json, inputs: Json): Promise<Record<string, string>> {
    const request = this.about(new proto.DiffRequest()).setId("id");
    request.setOlds(Struct.fromJavaScript(state)).setNews(Struct.fromJavaScript(inputs));
    const response = await call(this.client, "diff", request);
    const kinds = Object.keys(proto.PropertyDiff.Kind);
    const changes: Record<string, string> = {};
    response.getDetaileddiffMap().forEach((change, path) => (changes[path] = kinds[change.getKind()]!));
    const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
    const verdict = Object.keys(changes).length > 0 ? DIFF_SOME : DIFF_NONE;
    if (response.getChanges() !== verdict) throw new Error("the verdict does not fit the changes");
    return changes;
  }

  async create(inputs: Json, { preview = false } = {}): Promise<{ id: string; state: Json }> {
    const request = this.about(new proto.CreateRequest()).setPreview(preview);
    const response = await call(this.client, "create", request.setProperties(Struct.fromJavaScript(inputs)));
    return { id: response.getId(), state: toJson(response.getProperties()) };
  }

  async update(state: Json, inputs: Json, { preview = false } = {}): Promise<Json> {
    const request = this.about(new proto.UpdateRequest()).setId("id").setPreview(preview);
    request.setOlds(Struct.fromJavaScript(state)).setNews(Struct.fromJavaScript(inputs));
    return toJson((await call(this.client, "update", request)).getProperties());
  }

  async read(id: string, state: Json = {}, inputs: Json = {}): Promise<{ id: string; state: Json; inputs: Json }> {
    const request = this.about(new proto.ReadRequest()).setId(id);
    request.setProperties(Struct.fromJavaScript(state)).setInputs(Struct.fromJavaScript(inputs));
    const response = await call(this.client, "read", request);
    return { id: response.getId(), state: toJson(response.getProperties()), inputs: toJson(response.getInputs()) };
  }

  async delete(state: Json): Promise<void> {
    const request = this.about(new proto.DeleteRequest()).setId("id");
    await call(this.client, "delete", request.setProperties(Struct.fromJavaScript(state)));
  }

  private about<Request extends Addressed>(request: Request): Request {
    request.setUrn(this.urn);
    request.setType(this.type);
    request.setName(this.name);
    return request;
  }
}

interface Addressed {
  setUrn(urn: string): unknown;
  setType(type: string): unknown;
  setName(name: string): unknown;
}

interface Answers {
  configure: proto.ConfigureResponse;
  getPluginInfo: { getVersion(): string };
  check: proto.CheckResponse;
  diff: proto.DiffResponse;
  create: proto.CreateResponse;
  read: proto.ReadResponse;
  update: proto.UpdateResponse;
  delete: Empty;
  invoke: proto.InvokeResponse;
  cancel: Empty;
}

type Send = (request: unknown, done: (error: Error | null, answer: unknown) => void) => void;

async function call<Method extends keyof Answers>(
  client: ResourceProviderClient,
  method: Method,
  request: unknown,
): Promise<Answers[Method]> {
  const send = promisify(client[method] as Send);
  try {
    return (await send.call(client, request)) as Answers[Method];
  } catch (error) {
    throw new Error((error as ServiceError).details);
  }
}

function toJson(struct: Struct | undefined): Json {
  return struct?.toJavaScript() ?? {};
}
