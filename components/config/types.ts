import type * as pulumi from "@pulumi/pulumi";
import type { Flavor, LambdaMode, Service } from "./localstackFlavors";

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
  apps: AppConfig[];
  artefacts: ArtefactConfig[];
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

/** A file that the registry keeps under a name of its own. */
export interface ArtefactConfig {
  /** Name and tag, without the registry. */
  name: string;
  file: string;
  mediaType: string;
}

/** An app from a Helm chart. */
export interface AppConfig {
  name: string;
  namespace: string;
  /** A folder, the name of a chart in `repository`, or an `oci://` address. */
  chart: string;
  /** Absent: the newest; never absent for a chart that is not a folder. */
  version?: string;
  repository?: string;
  valueFiles: string[];
  values: Record<string, unknown>;
  podSecurity: PodSecurity;
  quota?: QuotaConfig;
  images: AppImagesConfig;
  secrets: AppSecretConfig[];
  route?: AppRouteConfig;
  database?: AppDatabaseConfig;
  /** Ports on every node that the chart's Services may open. */
  nodePorts: number[];
  /** Workloads of which there is one pod at any moment. */
  single: string[];
  /** Seconds. */
  readyWithin: number;
  /** Whether the chart may make objects of the whole cluster and in other namespaces. */
  clusterWide: boolean;
}

export interface AppImagesConfig {
  /** Every image of the chart comes from the platform's registry, under its own path. */
  fromPlatform: boolean;
  push: { name: string; archive: string }[];
}

export interface AppSecretConfig {
  name: string;
  keys: AppSecretKeyConfig[];
  /** Workloads whose containers get every key as an environment variable. */
  environmentOf: string[];
  /**
   * Changes with every value that a person gave and every setting of a generated one, and tells nothing of the
   * values: 8 hexadecimal digits of a slow hash.
   */
  revision: string;
}

/** Exactly one of `value` and `generate`. */
export interface AppSecretKeyConfig {
  key: string;
  value?: pulumi.Output<string>;
  /** Characters. */
  generate?: number;
  /** Another number gives a newly generated value. */
  rotation: number;
}

export interface AppRouteConfig {
  host: string;
  service: string;
  port: number;
  /** Paths that tell whether the app serves. */
  health: string[];
  /** Beginnings of paths that go to other services. */
  paths: { path: string; service: string; port: number }[];
}

export interface AppDatabaseConfig {
  kind: "sqlite";
  workload: string;
  file: string;
  claim: string;
  storage: VolumeConfig;
  /** ReadWriteOncePod instead of ReadWriteOnce. */
  exclusive: boolean;
  backup?: AppBackupConfig;
}

export interface AppBackupConfig {
  /** Hours between two copies. */
  every: number;
  keep: number;
  storage: VolumeConfig;
  /** Has a shell and `sqlite3`. */
  image: string;
}

/** The AWS emulator, and what is declared to be in it. */
export interface LocalstackConfig extends DeclaredResources {
  enabled: boolean;
  flavor: Flavor;
  namespace: string;
  host: string;
  image: string;
  /** A Pulumi secret; exists where the flavor needs one, and nowhere else. */
  token?: pulumi.Output<string>;
  region: string;
  /** What is switched on, with what the declared resources need. */
  services: Service[];
  /** Whether state is saved; never true where the flavor cannot. */
  persistence: boolean;
  /** Why `persistence` is as it is, as a sentence for people. */
  persistenceReason: string;
  storage: VolumeConfig;
  resources: ResourcesConfig;
  /** Seconds for a start with its init hook. */
  startSeconds: number;
  lambda: LambdaMode;
  /** CIDR ranges that may use the route; empty: no allow-list. */
  allowedRanges: string[];
  /** Origins of web pages that may call the emulator from a browser. */
  corsOrigins: string[];
  edge: boolean;
  exemptions: { lambda?: string; edge?: string };
  /** Changes with the values of `secrets`, and tells nothing about them. */
  secretsRevision: string;
}

export interface DeclaredResources {
  buckets: { name: string; versioning: boolean }[];
  queues: { name: string; deadLetterQueue?: string; maxReceiveCount: number }[];
  /** `queues` are subscribed to the topic. */
  topics: { name: string; queues: string[] }[];
  tables: { name: string; key: string; keyType: AttributeType; sortKey?: string; sortKeyType: AttributeType }[];
  secrets: { name: string; value: pulumi.Output<string> }[];
  parameters: { name: string; value: string }[];
}

export type AttributeType = "S" | "N" | "B";

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
