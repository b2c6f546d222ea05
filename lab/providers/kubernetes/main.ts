/**
 * The lab's stand-in for the official plugin `pulumi-resource-kubernetes`: a program that the Pulumi engine starts with
 * its own address as argument, and that prints the port on which it answers.
 */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Engine } from "./engine";
import { createService } from "./server";

/** Answers may carry whole charts; the engine uses the same limit. */
const MAX_MESSAGE = 400 * 1024 * 1024;
/** How often to look whether the engine is still there, in milliseconds. */
const PARENT_CHECK = 2000;

function main(): void {
  // The engine also passes flags of its own (-v=9, --logtostderr, --tracing=...), which mean nothing here.
  const address = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
  const engine = new Engine(address);
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE,
    "grpc.max_send_message_length": MAX_MESSAGE,
  });
  server.addService(ResourceProviderService, { ...createService(engine, process.env) });
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error !== null) {
      console.error(`the kubernetes provider cannot open a port on 127.0.0.1: ${error.message}`);
      process.exit(1);
    }
    console.log(port);
  });
  const parent = process.ppid;
  // An engine that was killed cannot end its plugins.
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK).unref();
}

main();
