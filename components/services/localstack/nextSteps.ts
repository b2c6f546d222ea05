interface Emulator {
  environment: Record<string, string>;
  services: string[];
  persistence: string;
  persistenceReason: string;
}

/** @param ownAuthority whether SDKs have to be told what to trust */
export function useEmulator(emulator: Emulator, ownAuthority: boolean): string {
  const ca = "$PWD/homelab-ca.crt";
  const trusted: Record<string, string> = ownAuthority ? { AWS_CA_BUNDLE: ca, NODE_EXTRA_CA_CERTS: ca } : {};
  const variables = Object.entries({ ...emulator.environment, ...trusted });
  const keeps = emulator.persistence === "effective" ? "Restarts" : "It forgets what you put in";
  return [
    "Use the AWS emulator with any SDK or the AWS CLI:",
    `  export ${variables.map(([name, value]) => `${name}=${value}`).join(" ")}`,
    "  aws s3api head-bucket --bucket first-steps 2>/dev/null || aws s3 mb s3://first-steps",
    "  aws s3 ls",
    `  It has ${emulator.services.join(", ")}; more with homelab:localstack.services.`,
    `  ${keeps}: ${emulator.persistenceReason}.`,
    "",
  ].join("\n");
}
