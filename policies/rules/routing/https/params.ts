/** What the rule on HTTPS can be told. */
export interface HttpsParams {
  tlsEntryPoints: string[];
  tlsPortNames: string[];
  tlsAppProtocols: string[];
  allowedPorts: string[];
}
