import type * as pulumi from "@pulumi/pulumi";
import type { ResourcesConfig, VolumeConfig } from "../../config/commonTypes";
import type { Flavor, LambdaMode, Service } from "./flavorFacts";

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
  /** The nginx that stands in front of it. */
  gateway: { image: string };
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
