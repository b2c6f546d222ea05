/* What several sections of the configuration have. */

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

/**
 * Where pods may turn to. `open`: anywhere. `internet`: to the platform, whose namespaces say themselves what they let in, and to the
 * Internet; not to the home's network, the nodes or other namespaces. `platform`: to the platform alone.
 */
export type Egress = "open" | "internet" | "platform";

/** Upper bounds for all of a namespace together. */
export interface QuotaConfig {
  requests?: { cpu?: string; memory?: string };
  limits?: { cpu?: string; memory?: string };
  /** Sum of what all claims request. */
  storage?: string;
  pods?: number;
}
