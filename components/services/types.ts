import type * as pulumi from "@pulumi/pulumi";
import type { PodSecurityLevel } from "../../kubernetes/podSecurity";
import type { AppConfig } from "./apps/types";
import type { Egress, QuotaConfig, ResourcesConfig, StackStorageConfig, VolumeConfig } from "../config/commonTypes";
import type { LocalstackConfig } from "./localstack/types";

export type * from "./apps/types";
export type * from "../config/commonTypes";
export type * from "./localstack/types";

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
  /** Domain under which the platform's names live, lower case, e.g. `homelab.home.arpa`. */
  domain: string;
  certificates: CertificatesConfig;
  routing: RoutingConfig;
  storage: StackStorageConfig;
  namespaces: NamespaceConfig[];
  registry: RegistryConfig;
  apps: AppConfig[];
  artifacts: ArtifactConfig[];
  localstack: LocalstackConfig;
  admission: AdmissionConfig;
  health: HealthConfig;
}

/** Who signs the platform's certificates; `mode` tells which of the members exist. */
export type CertificatesConfig =
  OwnCaCertificates | AcmeCertificates | IssuerCertificates | SecretCertificates | SelfSignedCertificates;

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
  /** CIDR: where Traefik's requests come from when it runs in its node's network; empty where its pods have addresses. */
  traefikAddresses: string[];
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

export interface NamespaceConfig {
  name: string;
  podSecurity: PodSecurityLevel;
  /** Make a pull secret for the platform's registry; false when there is no registry. */
  pullSecret: boolean;
  egress: Egress;
  quota?: QuotaConfig;
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
  /** On a port of their own, with Go's profiler beside them. */
  metrics: boolean;
  gate: { image: string };
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

/** A file that the registry keeps under a name of its own. */
export interface ArtifactConfig {
  /** Name and tag, without the registry. */
  name: string;
  file: string;
  mediaType: string;
}

/** The policies in the API server. */
export interface AdmissionConfig {
  enabled: boolean;
  /** What happens to an object that breaks a mandatory rule. */
  action: "deny" | "warn";
  /** JSON file with levels, parameters and exemptions, relative to the project; empty: the rules' own. */
  policies: string;
  /** In every namespace but `except`, instead of those of the platform. */
  everywhere: boolean;
  except: string[];
}

export interface HealthConfig {
  /** Check every service after `pulumi up`. */
  afterUp: boolean;
}
