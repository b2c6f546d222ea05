import * as pulumi from "@pulumi/pulumi";
import * as command from "@pulumi/command";

export interface CheckedService {
  url: string;
  /** Where to connect; absent: whatever the name resolves to. */
  address?: string;
  /** PEM; empty: what the machine trusts anyway. */
  caCertificate: pulumi.Input<string>;
  /** Nobody can verify a certificate that signs itself. */
  selfSigned: boolean;
  /** The check runs again when one of these changes. */
  triggers: pulumi.Input<string>[];
}

/** Runs checkService.js on the machine of `up`. `more` is what the service has beside its address. */
export function createCheck(
  name: string,
  service: CheckedService,
  more: Record<string, pulumi.Input<string>>,
  opts: pulumi.CustomResourceOptions,
): void {
  // Relative to the project: an absolute path would differ from machine to machine, and so would the state.
  const check = "node components/blocks/health/checkService.js";
  new command.local.Command(
    name,
    {
      create: check,
      update: check,
      environment: {
        HEALTH_URL: service.url,
        HEALTH_ADDRESS: service.address ?? "",
        HEALTH_CA: service.caCertificate,
        HEALTH_INSECURE: service.selfSigned.toString(),
        ...more,
      },
      triggers: service.triggers,
      // Output of commands is printed even when it is marked secret.
      logging: command.local.Logging.None,
      addPreviousOutputInEnv: false,
    },
    opts,
  );
}
