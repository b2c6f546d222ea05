/**
 * Serves a provider to the engine. `@pulumi/pulumi/provider` would do this too, but it does not pass on that a
 * call is only a preview, and it loads the whole SDK, which takes longer than everything that these providers do.
 */
import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Change } from "./changes";
import { NotDoneError, type Provider, type ResourceType } from "./provider";
import { decode, encode, type PropertyMap } from "./values";

/** Starts to serve on a free port of the loopback interface and prints the port, which the engine waits for. */
export function serve(provider: Provider): void {
  exitWithParent(provider);
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, handlers(provider));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      console.error(`The ${provider.name} provider cannot listen on the loopback interface: ${error.message}`);
      process.exit(1);
    }
    console.log(String(port));
  });
}

/** The address at which the engine takes log messages; the engine gives it as the last argument. */
export function engineAddress(): string | undefined {
  return process.argv
    .slice(2)
    .filter((argument) => /^[^-].*:\d+$/.test(argument))
    .pop();
}

/** Ends with the engine, however that ends: a plugin whose engine was killed would wait forever. */
function exitWithParent(provider: Provider): void {
  const exit = () => {
    provider.cancel?.();
    process.exit(1);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, exit);
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) exit();
  }, 1000).unref();
}

function handlers(provider: Provider) {
  return {
    getPluginInfo: answer((_: Empty) => new PluginInfo().setVersion(provider.version)),
    configure: answer((_: proto.ConfigureRequest) =>
      new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true),
    ),
    check: answer((request: proto.CheckRequest) => {
      const { inputs, failures } = typeOf(provider, request).check(fromStruct(request.getNews()));
      const response = new proto.CheckResponse().setInputs(toStruct(inputs));
      for (const { property, reason } of failures) {
        response.addFailures(new proto.CheckFailure().setProperty(property).setReason(reason));
      }
      return response;
    }),
    diff: answer((request: proto.DiffRequest) =>
      diffResponse(typeOf(provider, request).diff(fromStruct(request.getOlds()), fromStruct(request.getNews()))),
    ),
    create: answer(async (request: proto.CreateRequest) => {
      const inputs = fromStruct(request.getProperties());
      const { id, state } = await typeOf(provider, request).create(resourceOf(request), inputs, request.getPreview());
      return new proto.CreateResponse().setId(id).setProperties(toStruct(state));
    }),
    read: answer(async (request: proto.ReadRequest) => {
      const known = request.getProperties();
      const inputs = request.getInputs();
      const response = new proto.ReadResponse().setId(request.getId()).setProperties(known).setInputs(inputs);
      if (Object.keys(fromStruct(known)).length > 0) return response;
      const type = typeOf(provider, request);
      if (!type.import) throw new Error(`a ${request.getType()} cannot be imported: it exists only in Pulumi's state`);
      const found = await type.import(request.getId());
      return response.setId(found.id).setProperties(toStruct(found.state)).setInputs(toStruct(found.inputs));
    }),
    update: answer(async (request: proto.UpdateRequest) => {
      const [state, inputs] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const type = typeOf(provider, request);
      const updated = await type.update(resourceOf(request), state, inputs, request.getPreview());
      return new proto.UpdateResponse().setProperties(toStruct(updated));
    }),
    delete: answer(async (request: proto.DeleteRequest) => {
      await typeOf(provider, request).delete?.(resourceOf(request), fromStruct(request.getProperties()));
      return new Empty();
    }),
    invoke: answer(async (request: proto.InvokeRequest) => {
      const invoke = provider.functions[request.getTok()];
      if (!invoke) throw new NotDoneError(provider, `The function ${request.getTok()}`);
      return new proto.InvokeResponse().setReturn(toStruct(await invoke(fromStruct(request.getArgs()))));
    }),
    cancel: answer((_: Empty) => {
      provider.cancel?.();
      return new Empty();
    }),
  };
}

/** An error's message is for the person who runs Pulumi; no stack goes to them. */
function answer<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
  return async (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): Promise<void> => {
    try {
      callback(null, await handle(call.request));
    } catch (error) {
      callback({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) });
    }
  };
}

interface Addressed {
  getUrn(): string;
  getName(): string;
  getType(): string;
}

function typeOf(provider: Provider, request: Addressed): ResourceType {
  const type = provider.resources[request.getType()];
  if (!type) throw new NotDoneError(provider, `The resource type ${request.getType()}`);
  return type;
}

function resourceOf(request: Addressed) {
  return { urn: request.getUrn(), name: request.getName() };
}

function diffResponse(changes: Change[]): proto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse().setHasdetaileddiff(true).setChanges(changes.length ? DIFF_SOME : DIFF_NONE);
  for (const { path, kind, replace } of changes) {
    const name = `${kind.toUpperCase()}${replace ? "_REPLACE" : ""}` as keyof typeof proto.PropertyDiff.Kind;
    response.getDetaileddiffMap().set(path, new proto.PropertyDiff().setKind(proto.PropertyDiff.Kind[name]));
    response.addDiffs(path);
    if (replace) response.addReplaces(path);
  }
  return response;
}

function fromStruct(struct: Struct | undefined): PropertyMap {
  return decode(struct?.toJavaScript() ?? {}) as PropertyMap;
}

function toStruct(map: PropertyMap): Struct {
  return Struct.fromJavaScript(encode(map) as Record<string, JavaScriptValue>);
}
