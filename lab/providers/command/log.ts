/** Sends lines to the engine, which shows them beside the resource while it works. */
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { engineAddress } from "../shared/server";

let engine: EngineClient | undefined;

/** A log whose lines reach the engine in order; `flush` resolves when it has them all. A lost line is no error. */
export function engineLog(urn: string) {
  let sent: Promise<void> = Promise.resolve();
  const send = (message: string) =>
    new Promise<void>((resolve) => {
      const address = engineAddress();
      if (!address) return resolve();
      engine ??= new EngineClient(address, credentials.createInsecure());
      const request = new LogRequest().setSeverity(LogSeverity.INFO).setMessage(message).setUrn(urn).setEphemeral(true);
      engine.log(request, () => resolve());
    });
  return {
    line: (message: string): void => {
      sent = sent.then(() => send(message));
    },
    flush: (): Promise<void> => sent,
  };
}
