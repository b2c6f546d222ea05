/** Registers resources with the engine, as a program's SDK does. Source: proto/pulumi/resource.proto. */
import * as grpc from "@grpc/grpc-js";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { structOf } from "../wire";
import type { PropertyMap } from "../values";

const MAX_MESSAGE = 400 * 1024 * 1024;

export interface Registered {
  urn: string;
  id: string;
}
export interface ChildOptions {
  parent: string;
  dependencies: string[];
  /** `urn::id` of the provider; empty for the stack's default one. */
  provider: string;
  version: string;
  protect: boolean;
  retainOnDelete: boolean;
}

export class Monitor {
  private readonly client: ResourceMonitorClient;

  constructor(address: string) {
    this.client = new ResourceMonitorClient(address, grpc.credentials.createInsecure(), {
      "grpc.max_receive_message_length": MAX_MESSAGE,
      "grpc.max_send_message_length": MAX_MESSAGE,
    });
  }

  /** The component itself, with all the options that the program gave it. */
  component(request: ConstructRequest): Promise<Registered> {
    const register = new proto.RegisterResourceRequest();
    register.setType(request.getType());
    register.setName(request.getName());
    register.setParent(request.getParent());
    register.setCustom(false);
    register.setObject(structOf({}));
    register.setAcceptsecrets(true);
    register.setDependenciesList(request.getDependenciesList());
    register.setAliasesList(request.getAliasesList());
    register.setAliasspecs(true);
    register.setProtect(request.getProtect() ?? false);
    register.setRetainondelete(request.getRetainondelete() ?? false);
    register.setDeletedwith(request.getDeletedwith());
    request.getProvidersMap().forEach((reference, name) => register.getProvidersMap().set(name, reference));
    return this.register(register);
  }

  child(type: string, name: string, inputs: PropertyMap, options: ChildOptions): Promise<Registered> {
    const register = new proto.RegisterResourceRequest();
    register.setType(type);
    register.setName(name);
    register.setCustom(true);
    register.setParent(options.parent);
    register.setObject(structOf(inputs));
    register.setAcceptsecrets(true);
    register.setSupportspartialvalues(true);
    register.setDependenciesList(options.dependencies);
    register.setProvider(options.provider);
    register.setVersion(options.version);
    register.setProtect(options.protect);
    register.setRetainondelete(options.retainOnDelete);
    return this.register(register);
  }

  outputs(urn: string, outputs: PropertyMap): Promise<void> {
    const request = new proto.RegisterResourceOutputsRequest();
    request.setUrn(urn);
    request.setOutputs(structOf(outputs));
    return new Promise((resolve, reject) =>
      this.client.registerResourceOutputs(request, (error) => (error === null ? resolve() : reject(error))),
    );
  }

  close(): void {
    this.client.close();
  }

  private register(request: proto.RegisterResourceRequest): Promise<Registered> {
    return new Promise((resolve, reject) =>
      this.client.registerResource(request, (error, response) => {
        if (error !== null || response === undefined) reject(error ?? new Error("the engine gave no answer"));
        else resolve({ urn: response.getUrn(), id: response.getId() });
      }),
    );
  }
}
