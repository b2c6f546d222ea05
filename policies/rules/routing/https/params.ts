import { ENCRYPTED_PORTS } from "../../../../kubernetes/ports";

/** Parameters of the rule on HTTPS. */
export interface HttpsParams {
  tlsEntryPoints: string[];
  tlsPortNames: string[];
  tlsAppProtocols: string[];
  allowedPorts: string[];
}

/** Names of ports that speak TLS, or another protocol that encrypts. */
export function encryptedNames({ tlsPortNames }: HttpsParams): string[] {
  return [...tlsPortNames, ...ENCRYPTED_PORTS.flatMap(({ names }) => names)];
}

/** Ports that need no TLS, as 53/UDP: those that are allowed, and those whose protocol encrypts. */
export function permittedPorts({ allowedPorts }: HttpsParams): string[] {
  return [...allowedPorts, ...ENCRYPTED_PORTS.flatMap(({ ports }) => ports)];
}
