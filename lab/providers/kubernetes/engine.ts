/** Messages to the person, through the engine that runs the plugin. */
import * as grpc from "@grpc/grpc-js";
import * as engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engineProto from "@pulumi/pulumi/proto/engine_pb";

const OPTIONS = { "grpc.max_receive_message_length": 400 * 1024 * 1024 };

export class Engine {
  private client: engineGrpc.EngineClient | undefined;

  constructor(address: string | undefined) {
    if (address !== undefined) this.attach(address);
  }

  attach(address: string): void {
    this.client = new engineGrpc.EngineClient(address, grpc.credentials.createInsecure(), OPTIONS);
  }

  warn(message: string, urn = ""): void {
    this.log(engineProto.LogSeverity.WARNING, message, urn, false);
  }

  /** A line beside the resource that the next one replaces; an empty one takes it away. */
  status(message: string, urn: string): void {
    this.log(engineProto.LogSeverity.INFO, message, urn, true);
  }

  private log(severity: engineProto.LogSeverity, message: string, urn: string, ephemeral: boolean): void {
    const request = new engineProto.LogRequest();
    request.setSeverity(severity);
    request.setMessage(message);
    request.setUrn(urn);
    request.setEphemeral(ephemeral);
    // A message that cannot be delivered is no reason to fail the operation that it is about.
    this.client?.log(request, () => undefined);
  }
}
