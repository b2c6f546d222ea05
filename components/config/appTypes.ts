import type * as pulumi from "@pulumi/pulumi";
import type { PodSecurity, QuotaConfig, VolumeConfig } from "./commonTypes";

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
  /** Whether workloads that have one pod tell other linters not to ask for more. */
  linterAnnotations: boolean;
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
