import type { AcmeConfig, IssuerReference } from "./types";

export const certManagerApi = "cert-manager.io/v1";

/**
 * Where cert-manager looks for the secrets of ClusterIssuers, unless it was installed with another
 * `--cluster-resource-namespace`. https://cert-manager.io/docs/configuration/#cluster-resource-namespace
 */
export const clusterResourceNamespace = "cert-manager";

/** The root's Certificate, and the Secret that cert-manager writes for it. */
export const ROOT = { namespace: clusterResourceNamespace, name: "homelab-ca" } as const;

/** Ten years and one year, spelt as cert-manager gives them back: any other spelling would be a change at every `up`. */
const tenYears = "87600h0m0s";
const oneYear = "8760h0m0s";

/** P-256: what every client verifies, at a fraction of RSA's time per connection. */
const ecdsa = { algorithm: "ECDSA", size: 256 } as const;

/** A reference to a ClusterIssuer of ours. */
export function clusterIssuer(name: string): IssuerReference {
  return { name, kind: "ClusterIssuer", group: "cert-manager.io" };
}

/**
 * The root. Its key never changes (`rotationPolicy: Never`; since cert-manager 1.18 the default is a new key with every
 * renewal), because every device in the house has been told to trust exactly this one.
 */
export function rootSpec(args: { commonName: string; secretName: string; issuer: IssuerReference }) {
  return {
    isCA: true,
    commonName: args.commonName,
    secretName: args.secretName,
    duration: tenYears,
    renewBefore: oneYear,
    privateKey: { ...ecdsa, rotationPolicy: "Never" },
    usages: ["digital signature", "cert sign", "crl sign"],
    issuerRef: { ...args.issuer },
  };
}

/**
 * A server's certificate: cert-manager's 90 days and a new key with every renewal. The lifetime is left to the issuer,
 * for public authorities shorten theirs every few years.
 */
export function serverSpec(args: { host: string; secretName: string; issuer: IssuerReference }) {
  return {
    secretName: args.secretName,
    dnsNames: [args.host],
    // A certificate without a subject cannot be its own issuer; the field holds 64 characters, the names above count.
    ...(args.host.length <= 64 ? { commonName: args.host } : {}),
    privateKey: { ...ecdsa, rotationPolicy: "Always" },
    usages: ["digital signature", "server auth"],
    issuerRef: { ...args.issuer },
  };
}

export function acmeIssuerSpec(acme: AcmeConfig, accountSecret: string) {
  return {
    acme: {
      email: acme.email,
      server: acme.server,
      privateKeySecretRef: { name: accountSecret },
      solvers: [acme.solver],
    },
  };
}
