import * as pulumi from "@pulumi/pulumi";
import * as command from "@pulumi/command";
import { childOf, projectPath } from "../../builders";
import type { Probe } from "./checkService";

export interface CheckedService {
  /** Name of the component's type. */
  type: string;
  probe: Omit<Probe, "accounts">;
  /** Where to connect; absent: whatever the name resolves to. */
  address?: string;
  /** PEM; empty: what the machine trusts anyway. */
  caCertificate: pulumi.Input<string>;
  /** Nobody can verify a certificate that signs itself. */
  selfSigned: boolean;
  accounts?: { name: string; password: pulumi.Output<string> }[];
  /** The check runs again when one of these changes. */
  triggers: pulumi.Input<string>[];
}

class ServiceHealth extends pulumi.ComponentResource {
  constructor(name: string, type: string, opts: pulumi.ComponentResourceOptions) {
    super(`homelab:health:${type}`, name, {}, opts);
    this.registerOutputs({});
  }
}

/**
 * Ends `pulumi up` with an error when a service does not serve what it should. Runs checkService.js on the machine of `up`, never at
 * preview, and only when something changed, an account included; the script only asks questions, so any number of runs is the same
 * as one.
 */
export function createHealthCheck(name: string, service: CheckedService, opts: pulumi.ComponentResourceOptions): void {
  const component = new ServiceHealth(name, service.type, opts);
  const check = `node ${projectPath(__dirname, "checkService.js")}`;
  new command.local.Command(
    name + "-check",
    {
      create: check,
      update: check,
      environment: {
        HEALTH_PROBE: JSON.stringify(service.probe),
        HEALTH_ADDRESS: service.address ?? "",
        HEALTH_CA: service.caCertificate,
        HEALTH_INSECURE: service.selfSigned.toString(),
        ...(service.accounts && { HEALTH_ACCOUNTS: pulumi.secret(pulumi.jsonStringify(service.accounts)) }),
      },
      triggers: service.triggers,
      // Output of commands is printed even when it is marked secret.
      logging: command.local.Logging.None,
      addPreviousOutputInEnv: false,
    },
    childOf(component, opts),
  );
}
