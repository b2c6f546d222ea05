/** The part of the engine that takes log messages. */
import { EventEmitter } from "node:events";
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";

export class Engine {
  readonly messages: { urn: string; message: string; ephemeral: boolean }[] = [];
  /** Emits `message` with each. */
  readonly events = new EventEmitter();
  private readonly server = new Server();

  /** The address to give to a plugin. */
  async start(): Promise<string> {
    this.server.addService(EngineService, {
      log: (call: ServerUnaryCall<LogRequest, Empty>, done: sendUnaryData<Empty>) => {
        const { urn, message, ephemeral } = call.request.toObject();
        this.messages.push({ urn, message, ephemeral });
        this.events.emit("message");
        done(null, new Empty());
      },
    });
    const insecure = ServerCredentials.createInsecure();
    const port = await new Promise<number>((resolve, reject) =>
      this.server.bindAsync("127.0.0.1:0", insecure, (error, bound) => (error ? reject(error) : resolve(bound))),
    );
    return `127.0.0.1:${port}`;
  }

  /** What was said since the last call. */
  take(): string[] {
    return this.messages.splice(0).map(({ message }) => message);
  }

  stop(): void {
    this.server.forceShutdown();
  }
}
