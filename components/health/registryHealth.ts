import * as pulumi from "@pulumi/pulumi";
import * as command from "@pulumi/command";
import { childOf } from "../kubernetes";

export interface RegistryHealthArgs {
  url: string;
  /** Where to connect; absent: whatever the name resolves to. */
  address?: string;
  /** PEM; empty: what the machine trusts anyway. */
  caCertificate: pulumi.Input<string>;
  /** Nobody can verify a certificate that signs itself. */
  selfSigned: boolean;
  username: string;
  password: pulumi.Output<string>;
  /** The check runs again when one of these changes. */
  triggers: pulumi.Input<string>[];
}

/**
 * Ends `pulumi up` with an error when the registry does not serve what it should. Runs on the machine of `up`, never at
 * preview, and only when something changed; the script only asks questions, so any number of runs is the same as one.
 */
export class RegistryHealth extends pulumi.ComponentResource {
  constructor(name: string, args: RegistryHealthArgs, opts?: pulumi.ComponentResourceOptions) {
    super("homelab:health:RegistryHealth", name, {}, opts);
    // Relative to the project: an absolute path would differ from machine to machine, and so would the state.
    const check = "node components/health/checkRegistry.js";
    new command.local.Command(
      name + "-check",
      {
        create: check,
        update: check,
        environment: {
          HEALTH_URL: args.url,
          HEALTH_ADDRESS: args.address ?? "",
          HEALTH_CA: args.caCertificate,
          HEALTH_INSECURE: args.selfSigned.toString(),
          HEALTH_USERNAME: args.username,
          HEALTH_PASSWORD: pulumi.secret(args.password),
        },
        triggers: args.triggers,
        // Output of commands is printed even when it is marked secret.
        logging: command.local.Logging.None,
        addPreviousOutputInEnv: false,
      },
      childOf(this, opts),
    );
    this.registerOutputs({});
  }
}
