import type * as pulumi from "@pulumi/pulumi";

/*
 * The stack configuration as the program sees it: read, checked and with every default filled in.
 * What a person may leave out or write differently is the schema's business (schema.ts).
 */

/** What `loadConfig()` returns and every other room takes its part of. */
export interface PlatformConfig {
    /** Kubeconfig context to act on. Never the one that happens to be current. */
    context: string;
    /** Path of the kubeconfig file, `~` expanded; absent: KUBECONFIG or ~/.kube/config, as the provider does. */
    kubeconfig?: string;
    /** Domain under which the platform's names live, lower case, e.g. `homelab.local`. */
    domain: string;
    certificates: CertificatesConfig;
    routing: RoutingConfig;
    storage: StorageConfig;
    namespaces: NamespaceConfig[];
    registry: RegistryConfig;
    health: HealthConfig;
}

/** Who signs the platform's certificates; `mode` tells which of the members exist. */
export type CertificatesConfig =
    | OwnCaCertificates
    | AcmeCertificates
    | IssuerCertificates
    | SecretCertificates
    | SelfSignedCertificates;

export type CertificateMode = CertificatesConfig["mode"];

export interface OwnCaCertificates {
    mode: "ownCa";
    /** Subject of the root certificate, at most 64 characters. */
    commonName: string;
}

export interface AcmeCertificates {
    mode: "acme";
    acme: AcmeConfig;
}

export interface AcmeConfig {
    email: string;
    /** Directory URL (https); `production` and `staging` are already replaced by Let's Encrypt's URLs. */
    server: string;
    /** A cert-manager solver: `{ dns01: {...}, selector?: {...} }`, never `http01`. */
    solver: AcmeSolver;
}

export interface AcmeSolver {
    dns01: Record<string, unknown>;
    selector?: Record<string, unknown>;
}

export interface IssuerCertificates {
    mode: "issuer";
    issuer: IssuerReference;
}

export interface IssuerReference {
    name: string;
    kind: "ClusterIssuer" | "Issuer";
    group: string;
}

export interface SecretCertificates {
    mode: "secret";
    /** An existing `kubernetes.io/tls` Secret of this name in every namespace that has a route. */
    secret: { name: string };
}

export interface SelfSignedCertificates {
    mode: "selfSigned";
}

export interface RoutingConfig {
    /** Traefik's HTTPS entry point. */
    entryPoint: string;
    /** Traefik's HTTP entry point; only redirects live there. */
    plainEntryPoint: string;
    traefikNamespace: string;
    /** Port that clients use in URLs; 443 is left out of URLs. */
    port: number;
    /** 30000-32767: a NodePort Service in front of Traefik's HTTPS entry point. */
    nodePort?: number;
    /** IPv4 or IPv6 address the platform's names point to. */
    address?: string;
    /** CIDR ranges that may use any route; empty: no allow-list. */
    allowedRanges: string[];
    hsts: boolean;
    tuneTraefik: boolean;
}

/** What happens to a volume when its resource is deleted: goes too, is kept, or cannot be deleted at all. */
export type Protection = "none" | "retain" | "protect";

export interface StorageConfig {
    class: string;
    protection: Protection;
}

/** One volume: its own class and protection, or those of `storage`. */
export interface VolumeConfig extends StorageConfig {
    /** Kubernetes quantity, e.g. `30Gi`. */
    size: string;
}

/** Kubernetes quantities; every limit is at least its request. */
export interface ResourcesConfig {
    requests: { cpu: string; memory: string };
    limits: { cpu: string; memory: string };
}

export type PodSecurity = "restricted" | "baseline" | "privileged";

export interface NamespaceConfig {
    name: string;
    podSecurity: PodSecurity;
    /** Make a pull secret for the platform's registry; false when there is no registry. */
    pullSecret: boolean;
    quota?: QuotaConfig;
}

/** Upper bounds for all of a namespace together. */
export interface QuotaConfig {
    requests?: { cpu?: string; memory?: string };
    limits?: { cpu?: string; memory?: string };
    /** Sum of what all claims request. */
    storage?: string;
    pods?: number;
}

export interface RegistryConfig {
    enabled: boolean;
    namespace: string;
    host: string;
    image: string;
    /** The account whose password the platform generates. */
    username: string;
    users: UserConfig[];
    /** For passwords that a person chose, 4-12. */
    bcryptCost: number;
    storage: VolumeConfig;
    resources: ResourcesConfig;
    allowDelete: boolean;
    ui: RegistryUiConfig;
}

export interface UserConfig {
    name: string;
    /** A Pulumi secret, 8 characters to 72 UTF-8 bytes. */
    password: pulumi.Output<string>;
}

export interface RegistryUiConfig {
    enabled: boolean;
    host: string;
    image: string;
    allowDelete: boolean;
    resources: ResourcesConfig;
}

export interface HealthConfig {
    /** Check every service after `pulumi up`. */
    afterUp: boolean;
}
