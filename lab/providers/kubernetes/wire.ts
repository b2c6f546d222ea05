/** Between the protocol's messages and the values that the provider works with. */
import * as grpc from "@grpc/grpc-js";
import { CheckFailure, ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { messageOf, PartialError } from "./errors";
import type { Failure } from "./operations/provider-config";
import { decode, encode, isMap, type PropertyMap } from "./values";

export function mapOf(struct: Struct | undefined): PropertyMap {
  const value = decode(struct?.toJavaScript() ?? {});
  return isMap(value) ? value : {};
}

export function structOf(values: PropertyMap): Struct {
  return Struct.fromJavaScript(encode(values) as Record<string, JavaScriptValue>);
}

export function failuresOf(failures: Failure[]): CheckFailure[] {
  return failures.map(({ property, reason }) => {
    const failure = new CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  });
}

/**
 * A failure as gRPC carries it. That an object exists but did not become ready travels as details, from which the
 * engine takes the object into the state.
 */
export function toServiceError(error: unknown): Partial<grpc.ServiceError> {
  const message = messageOf(error);
  const answer = { code: grpc.status.UNKNOWN, message, details: message };
  if (!(error instanceof PartialError)) return answer;
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(structOf(error.state));
  detail.setReasonsList(error.reasons);
  if (error.inputs !== undefined) detail.setInputs(structOf(error.inputs));
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { ...answer, metadata };
}
