import type * as pulumi from "@pulumi/pulumi";
import type { PodSecurityLevel } from "../../../kubernetes/podSecurity";
import type { Egress, Protection, QuotaConfig, VolumeConfig } from "../../config/commonTypes";

/** An app from a Helm chart. */
export interface AppConfig {
  name: string;
  namespace: string;
  /** Whether the namespace is one of the configuration's `namespaces`, where others may run too. */
  shared: boolean;
  /** A folder, the name of a chart in `repository`, or an `oci://` address. */
  chart: string;
  /** Absent: the newest; never absent for a chart that is not a folder. */
  version?: string;
  repository?: string;
  /** Who installs what the chart renders: the engine, object by object, or helm, with the chart's hooks. */
  install: "chart" | "release";
  valueFiles: string[];
  values: Record<string, unknown>;
  podSecurity: PodSecurityLevel;
  /** Of what the chart itself makes to keep data in. */
  protection: Protection;
  /** Of the namespace. */
  egress: Egress;
  quota?: QuotaConfig;
  images: AppImagesConfig;
  secrets: AppSecretConfig[];
  route?: AppRouteConfig;
  database?: AppDatabaseConfig;
  /** Ports of the chart's Services that are reached from outside without a route. */
  expose: AppExposure[];
  /** Workloads of which there is one pod at any moment. */
  single: string[];
  /** Whether workloads that have one pod tell other linters not to ask for more. */
  linterAnnotations: boolean;
  /** Seconds. */
  readyWithin: number;
  /** Other apps whose pods may reach this one's, and where they run: alone, or in a shared namespace. */
  allowFrom: { app: string; namespace: string; shared: boolean }[];
  /** Whether the chart may make objects of the whole cluster and in other namespaces. */
  clusterWide: boolean;
}

export interface AppExposure {
  service: string;
  /** `mqtt`, `1883`, `53/udp`. At least one. */
  ports: string[];
  reason: string;
  /** Who may reach them, as CIDR; empty: everybody. */
  allowedRanges: string[];
  /** Absent: as the chart has it, or a LoadBalancer. */
  type?: "LoadBalancer" | "NodePort";
}

export interface AppImagesConfig {
  /** Every image of the chart comes from the platform's registry, under its own path. */
  fromPlatform: boolean;
  push: { name: string; archive: string }[];
}

export interface AppSecretConfig {
  name: string;
  /** Who makes it, in words, where the platform does not: an operator, a person. Its keys then have no values here. */
  madeBy?: string;
  keys: AppSecretKeyConfig[];
  /** Workloads whose containers get every key as an environment variable. */
  environmentOf: string[];
  /**
   * Changes with every value that a person gave and every setting of a generated one, and tells nothing of the
   * values: 8 hexadecimal digits of a slow hash.
   */
  revision: string;
}

/** Exactly one of `value` and `generate`; neither of a Secret that somebody else makes. */
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
  /** In the order in which a request meets them, after those that every route has. */
  middlewares: RouteMiddleware[];
}

/** Exactly one of the keys. */
export interface RouteMiddleware {
  /** `secret`: a Secret of the route's namespace with one key, lines of htpasswd. */
  basicAuth?: { secret: string };
  forwardAuth?: { address: string; authResponseHeaders: string[]; trustForwardHeader: boolean };
  /** Requests within `period` (`1s`, `1m`). */
  rateLimit?: { average: number; burst: number; period: string };
  ipAllowList?: { ranges: string[] };
}

export interface AppDatabaseConfig {
  kind: "sqlite";
  workload: string;
  /** Paths in the workload's container; one that ends with `/` is a folder, and every database in it. At least one. */
  files: string[];
  /** User to whom the files belong; absent: as the chart, its image or the level says. */
  user?: number;
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
