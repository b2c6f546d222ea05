import * as pulumi from "@pulumi/pulumi";
import { childOf } from "../../builders";
import { createCheck, type CheckedService } from "./check";

export interface RegistryHealthArgs extends CheckedService {
  accounts: { name: string; password: pulumi.Output<string> }[];
}

/**
 * Ends `pulumi up` with an error when the registry does not serve what it should. Runs on the machine of `up`, never at
 * preview, and only when something changed, an account included; the script only asks questions, so any number of runs is the same as one.
 */
export class RegistryHealth extends pulumi.ComponentResource {
  constructor(name: string, args: RegistryHealthArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:health:RegistryHealth", name, {}, opts);
    const accounts = { HEALTH_ACCOUNTS: pulumi.secret(pulumi.jsonStringify(args.accounts)) };
    createCheck(name + "-check", args, accounts, childOf(this, opts));
    this.registerOutputs({});
  }
}
