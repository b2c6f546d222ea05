import * as pulumi from "@pulumi/pulumi";
import { childOf } from "../../builders";
import { createCheck, type CheckedService } from "./check";

/** Ends `pulumi up` with an error when the AWS emulator does not answer through its route. */
export class LocalstackHealth extends pulumi.ComponentResource {
  constructor(name: string, args: CheckedService, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:health:LocalstackHealth", name, {}, opts);
    createCheck(name + "-check", args, { HEALTH_PATH: "/_localstack/health" }, childOf(this, opts));
    this.registerOutputs({});
  }
}
