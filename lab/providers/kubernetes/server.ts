/** The plugin protocol: requests in, answers and errors out. Source: proto/pulumi/provider.proto of pulumi/pulumi. */
import * as grpc from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { readConfig } from "./config";
import type { Engine } from "./engine";
import { NotDoneError } from "./errors";
import type { Autonaming } from "./naming";
import { parseUrn } from "./objects";
import { check } from "./operations/check";
import { create } from "./operations/create";
import { remove } from "./operations/delete";
import { diff } from "./operations/diff";
import { checkProvider, diffProvider } from "./operations/provider-config";
import { read } from "./operations/read";
import { update } from "./operations/update";
import { pathText, type Change } from "./diff";
import { Provider } from "./provider";
import { VERSION } from "./version";
import { failuresOf, mapOf, structOf, toServiceError } from "./wire";

type Environment = Record<string, string | undefined>;
type Answer<Request, Response> = (request: Request) => Response | Promise<Response>;

/** Turns a function into a handler: what it throws becomes the protocol's error. */
function handle<Request, Response>(answer: Answer<Request, Response>): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toServiceError(error)),
      );
  };
}

function refuse(feature: string): grpc.handleUnaryCall<never, never> {
  return handle(() => {
    throw new NotDoneError(feature);
  });
}

const KINDS = {
  add: [proto.PropertyDiff.Kind.ADD, proto.PropertyDiff.Kind.ADD_REPLACE],
  delete: [proto.PropertyDiff.Kind.DELETE, proto.PropertyDiff.Kind.DELETE_REPLACE],
  update: [proto.PropertyDiff.Kind.UPDATE, proto.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

export function createService(engine: Engine, environment: Environment): IResourceProviderServer {
  const cancellation = new AbortController();
  let configured: Provider | undefined;
  const provider = (): Provider => {
    if (configured === undefined) throw new Error("the provider was used before it was configured");
    return configured;
  };

  const handlers: Partial<Record<keyof IResourceProviderServer, unknown>> = {
    handshake: handle((request: proto.ProviderHandshakeRequest) => {
      engine.attach(request.getEngineAddress());
      const response = new proto.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    attach: handle((request: plugin.PluginAttach) => {
      engine.attach(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: handle(() => {
      const response = new plugin.PluginInfo();
      response.setVersion(VERSION);
      return response;
    }),
    cancel: handle(() => {
      cancellation.abort();
      return new Empty();
    }),
    configure: handle((request: proto.ConfigureRequest) => {
      const variables = new Map<string, string>(request.getVariablesMap().toArray());
      configured = new Provider(readConfig(variables, environment), engine, cancellation.signal, environment);
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    checkConfig: handle((request: proto.CheckRequest) => {
      const { name } = parseUrn(request.getUrn());
      const isDefault = name === "default" || name.startsWith("default_");
      const response = new proto.CheckResponse();
      response.setInputs(request.getNews());
      response.setFailuresList(failuresOf(checkProvider(mapOf(request.getNews()), isDefault, environment)));
      return response;
    }),
    diffConfig: handle((request: proto.DiffRequest) => {
      const { changed, replaced } = diffProvider(mapOf(request.getOlds()), mapOf(request.getNews()), environment);
      const response = new proto.DiffResponse();
      const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
      response.setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME);
      response.setDiffsList(changed);
      response.setReplacesList(replaced);
      return response;
    }),
    check: handle(async (request: proto.CheckRequest) => {
      const { type, name } = parseUrn(request.getUrn());
      const inputs = await check(provider(), {
        urn: request.getUrn(),
        type,
        name,
        olds: mapOf(request.getOlds()),
        news: mapOf(request.getNews()),
        seed: request.getRandomseed_asU8(),
        autonaming: autonamingOf(request.getAutonaming()),
      });
      const response = new proto.CheckResponse();
      response.setInputs(structOf(inputs));
      return response;
    }),
    diff: handle(async (request: proto.DiffRequest) => {
      const result = await diff(provider(), {
        urn: request.getUrn(),
        type: parseUrn(request.getUrn()).type,
        olds: mapOf(request.getOlds()),
        news: mapOf(request.getNews()),
        ignoreChanges: request.getIgnorechangesList(),
      });
      return diffResponse(result.changes, result);
    }),
    create: handle(async (request: proto.CreateRequest) => {
      const { id, state } = await create(provider(), {
        urn: request.getUrn(),
        news: mapOf(request.getProperties()),
        timeout: request.getTimeout(),
        preview: request.getPreview(),
      });
      const response = new proto.CreateResponse();
      response.setId(request.getPreview() ? "" : id);
      response.setProperties(structOf(state));
      return response;
    }),
    read: handle(async (request: proto.ReadRequest) => {
      const found = await read(provider(), {
        urn: request.getUrn(),
        type: parseUrn(request.getUrn()).type,
        id: request.getId(),
        state: mapOf(request.getProperties()),
        inputs: mapOf(request.getInputs()),
      });
      const response = new proto.ReadResponse();
      response.setId(found?.id ?? "");
      if (found !== undefined) {
        response.setProperties(structOf(found.state));
        response.setInputs(structOf(found.inputs));
      }
      return response;
    }),
    update: handle(async (request: proto.UpdateRequest) => {
      const state = await update(provider(), {
        urn: request.getUrn(),
        olds: mapOf(request.getOlds()),
        news: mapOf(request.getNews()),
        timeout: request.getTimeout(),
        preview: request.getPreview(),
        ignoreChanges: request.getIgnorechangesList(),
      });
      const response = new proto.UpdateResponse();
      response.setProperties(structOf(state));
      return response;
    }),
    delete: handle(async (request: proto.DeleteRequest) => {
      await remove(provider(), {
        urn: request.getUrn(),
        id: request.getId(),
        olds: mapOf(request.getProperties()),
        timeout: request.getTimeout(),
      });
      return new Empty();
    }),
    construct: handle(async (request: proto.ConstructRequest) => {
      // Charts are seldom: the code for them is loaded when one comes.
      const { construct } = await import("./chart/index.js");
      return construct(provider(), request);
    }),
    invoke: handle((request: proto.InvokeRequest) => {
      throw new NotDoneError(`The function ${request.getTok()}`, insteadOf(request.getTok()));
    }),
    call: handle((request: proto.CallRequest) => {
      throw new NotDoneError(`The method ${request.getTok()}`);
    }),
    getMapping: handle(() => new proto.GetMappingResponse()),
    getMappings: handle(() => new proto.GetMappingsResponse()),
    getSchema: refuse("The package's schema"),
    parameterize: refuse("Parameterization (packages made from CustomResourceDefinitions)"),
    list: (call: grpc.ServerWritableStream<unknown, unknown>) => {
      call.destroy(new NotDoneError("Listing resources"));
    },
  };
  return handlers as unknown as IResourceProviderServer;
}

function insteadOf(token: string): string | undefined {
  return token === "kubernetes:helm:template" ? "Use helm.v4.Chart instead of helm.v3.Chart." : undefined;
}

function autonamingOf(options: proto.CheckRequest.AutonamingOptions | undefined): Autonaming {
  if (options === undefined) return { mode: "default" };
  if (options.getMode() === proto.CheckRequest.AutonamingOptions.Mode.DISABLE) return { mode: "disabled" };
  return { mode: "proposed", name: options.getProposedName() };
}

function diffResponse(
  changes: Change[],
  more: { replaceBecause: string[]; deleteBeforeReplace: boolean; always: boolean },
): proto.DiffResponse {
  const response = new proto.DiffResponse();
  const any = changes.length > 0 || more.replaceBecause.length > 0 || more.always;
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  response.setChanges(any ? DIFF_SOME : DIFF_NONE);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(more.deleteBeforeReplace);
  const replaces = [...more.replaceBecause];
  for (const change of changes) {
    const path = pathText(change.path);
    const detail = new proto.PropertyDiff();
    detail.setKind(KINDS[change.kind][change.replace ? 1 : 0]);
    detail.setInputdiff(change.kind === "delete");
    response.getDetaileddiffMap().set(path, detail);
    if (change.replace) replaces.push(path);
  }
  response.setReplacesList(replaces);
  return response;
}
